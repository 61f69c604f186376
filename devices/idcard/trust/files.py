"""What stands in a technician's file: certificates, lists, by content and not by the file's name."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from devices.fault import Fault
from devices.idcard import asn1
from devices.idcard.trust import masterlist

LIMIT = 32 * 1024 * 1024
"""Bytes of a file: a list in base64 inside an LDIF file is still read."""
MAX_PIECES = 10_000
_LDIF = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:#|version:|dn:)")
_ATTRIBUTE = re.compile(
    rb"^(?:pkdMasterListContent|CscaMasterListData|userCertificate|cscaCertificate|cACertificate"
    rb"|certificateRevocationList)(?:;binary)?::[ ]*([A-Za-z0-9+/=]+)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_BEGIN, _END = b"-----BEGIN ", b"-----END "
_OID, _SEQUENCE = 0x06, 0x30


@dataclass(frozen=True)
class File:
    """``name`` is the file's own name, without folders."""

    name: str
    data: bytes = field(repr=False)


def read(path: Path) -> File:
    """Raises `Fault` ``TRUST_FILE``: it can't be read or is too large."""
    name = printable(path)
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise Fault("TRUST_FILE", f"{name}: not a file")
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except OSError as error:
        raise Fault("TRUST_FILE", f"{name}: {error.strerror or 'cannot be read'}") from error
    if len(data) > LIMIT:
        raise Fault("TRUST_FILE", f"{name}: more than {LIMIT} bytes")
    return File(name, data)


def printable(path: Path) -> str:
    """The file's own name, fit for a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in path.name)


def pieces(file: File) -> list[bytes]:
    """DER objects of a DER, PEM or LDIF file (ICAO PKD). Raises `Fault` ``TRUST_FILE``."""
    if not file.data or len(file.data) > LIMIT:
        raise Fault("TRUST_FILE", f"{file.name}: {len(file.data)} bytes")
    try:
        with asn1.border("file", LIMIT, len(file.data)):
            found = []
            for der in _split(file.data):
                found.append(der)
                if len(found) > MAX_PIECES:
                    raise ValueError
    except Fault as fault:
        raise Fault("TRUST_FILE", f"{file.name}: {fault.detail}") from None
    if not found:
        raise Fault("TRUST_FILE", f"{file.name}: nothing of use in it")
    return found


def _split(data: bytes) -> Iterator[bytes]:
    if b"-----BEGIN" in data[:65_536]:
        for block in data.split(_BEGIN)[1:]:
            yield _unarmored(block)
    elif _LDIF.match(data):
        unfolded = re.sub(rb"\r?\n ", b"", data).replace(b"\r", b"")
        for found in _ATTRIBUTE.finditer(unfolded):
            yield base64.b64decode(found[1], validate=True)
    else:
        yield data


def _unarmored(block: bytes) -> bytes:
    """One PEM block after its ``-----BEGIN `` (RFC 7468); older ones have header lines."""
    inside, end, _ = block.partition(_END)
    label, dashes, body = inside.partition(b"-----")
    if not (end and label and dashes):
        raise ValueError
    lines = (line for line in body.splitlines() if b":" not in line)
    return base64.b64decode(b"".join(b"".join(lines).split()), validate=True)


def is_message(der: bytes) -> bool:
    """Whether this is a signed message (a list) rather than a certificate or CRL: it starts with an OID."""
    if len(der) < 4 or der[0] != _SEQUENCE or len(der) > masterlist.LIMIT:
        return False
    length = der[1] & 0x7F if der[1] & 0x80 else 0
    return der[2 + length : 3 + length] == bytes([_OID])
