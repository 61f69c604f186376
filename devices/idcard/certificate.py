"""Certificates of country signers and document signers (ICAO 9303-12 §7, RFC 5280 §4.1).

`cryptography` refuses many that are in use (explicit curve parameters, odd serial numbers), so they
are parsed with asn1crypto and their signatures verified here, over the bytes that were signed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from asn1crypto import core, x509

from devices.fault import Fault
from devices.idcard import asn1, spki
from devices.idcard.signature import Algorithm, verify
from devices.idcard.spki import PublicKey

LIMIT = 65_536
"""Bytes of a certificate."""
_SUBJECT_KEY = "2.5.29.14"
_USAGE_PERIOD = "2.5.29.16"
_BASIC = "2.5.29.19"
_AUTHORITY_KEY = "2.5.29.35"
_PURPOSES = "2.5.29.37"
_COUNTRY = "2.5.4.6"


@dataclass(frozen=True)
class Name:
    """A distinguished name; equal when the DER is, see `canonical` for what RFC 5280 calls equal."""

    der: bytes = field(repr=False)

    @cached_property
    def canonical(self) -> bytes:
        """The same for names that differ in case, spaces or kind of string only (RFC 5280 §7.1)."""
        try:
            with asn1.border("name", LIMIT, len(self.der)):
                text = str(x509.Name.load(self.der, strict=True).hashable)
                return text.encode("utf-8", "replace")
        except Fault:
            return self.der

    @cached_property
    def country(self) -> str:
        """Its attribute C in upper case, empty unless there is just one (ICAO 9303-12 §7.1)."""
        try:
            with asn1.border("name", LIMIT, len(self.der)):
                parts = x509.Name.load(self.der, strict=True).chosen
                found = [
                    one["value"].native
                    for part in parts
                    for one in part
                    if one["type"].dotted == _COUNTRY
                ]
                return str(found[0]).upper() if len(found) == 1 else ""
        except Fault:
            return ""

    @cached_property
    def text(self) -> str:
        """For people: ``Common Name: …, Country: …``; ``?`` when it can't be read."""
        try:
            with asn1.border("name", LIMIT, len(self.der)):
                text = str(x509.Name.load(self.der, strict=True).human_friendly)
                return "".join(sign if sign.isprintable() else "?" for sign in text)
        except Fault:
            return "?"


@dataclass(frozen=True)
class UsagePeriod:
    """When the private key may sign, which is shorter than the life of the certificate."""

    not_before: datetime | None
    not_after: datetime | None


@dataclass(frozen=True)
class Certificate:
    """``ski`` and ``aki`` are the identifiers of its own and of its signer's key, empty if absent.

    Times are in UTC. ``is_ca``: basic constraints say so. ``tbs`` is what was signed. ``purposes``
    are the identifiers of its extended key usage, none on the signer of a document.
    """

    der: bytes = field(repr=False)
    sha256: str
    subject: Name
    issuer: Name
    serial: int
    ski: bytes
    aki: bytes
    not_before: datetime
    not_after: datetime
    usage: UsagePeriod | None
    is_ca: bool
    purposes: frozenset[str]
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    spki: bytes = field(repr=False)
    _algorithm: x509.SignedDigestAlgorithm = field(repr=False, compare=False)

    @cached_property
    def key(self) -> PublicKey:
        """Raises `Fault` ``KEY_UNSUPPORTED`` and ``TLV_BROKEN``."""
        return spki.load(self.spki)

    @cached_property
    def algorithm(self) -> Algorithm:
        """Of the signature, as the signed part names it. Raises like `key`."""
        return Algorithm.of(self._algorithm)

    def signed_by(self, issuer_key: PublicKey) -> bool:
        """Whether the signature is by this key; False also for an algorithm that isn't known."""
        try:
            return verify(issuer_key, self.algorithm, self.tbs, self.signature)
        except Fault:
            return False


@lru_cache(maxsize=64)
def load(der: bytes) -> Certificate:
    """The certificate; few signers sign most cards, so the latest ones are kept.

    Raises `Fault` ``TLV_BROKEN``.
    """
    with asn1.border("certificate", LIMIT, len(der)):
        return of(x509.Certificate.load(der, strict=True))


def of(parsed: x509.Certificate) -> Certificate:
    """From asn1crypto's object; use inside `asn1.border`."""
    tbs = parsed["tbs_certificate"]
    der = parsed.dump()
    extensions = _extensions(tbs["extensions"])
    basic = extensions.get(_BASIC)
    return Certificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        subject=Name(tbs["subject"].dump()),
        issuer=Name(tbs["issuer"].dump()),
        serial=tbs["serial_number"].native,
        ski=_key_identifier(extensions.get(_SUBJECT_KEY)),
        aki=_authority(extensions.get(_AUTHORITY_KEY)),
        not_before=_time(tbs["validity"]["not_before"]),
        not_after=_time(tbs["validity"]["not_after"]),
        usage=_usage(extensions.get(_USAGE_PERIOD)),
        is_ca=basic is not None and bool(basic["ca"].native),
        purposes=_purposes(extensions.get(_PURPOSES)),
        tbs=tbs.dump(),
        signature=parsed["signature_value"].native,
        spki=tbs["subject_public_key_info"].dump(),
        _algorithm=tbs["signature"],
    )


def _extensions(extensions: x509.Extensions) -> dict[str, core.Asn1Value]:
    """Those that are used here, parsed; the rest of a certificate may be as odd as it likes."""
    wanted = (_SUBJECT_KEY, _USAGE_PERIOD, _BASIC, _AUTHORITY_KEY, _PURPOSES)
    found: dict[str, core.Asn1Value] = {}
    for extension in extensions:
        oid = extension["extn_id"].dotted
        if oid in wanted:
            if oid in found:
                raise ValueError
            found[oid] = extension["extn_value"].parsed
    return found


def _key_identifier(extension: core.Asn1Value | None) -> bytes:
    return b"" if extension is None else bytes(extension.native)


def _authority(extension: core.Asn1Value | None) -> bytes:
    return b"" if extension is None else extension["key_identifier"].native or b""


def _purposes(extension: core.Asn1Value | None) -> frozenset[str]:
    return frozenset() if extension is None else frozenset(one.dotted for one in extension)


def _usage(extension: core.Asn1Value | None) -> UsagePeriod | None:
    if extension is None:
        return None
    begin, end = extension["not_before"], extension["not_after"]
    return UsagePeriod(
        None if begin.native is None else _time(begin), None if end.native is None else _time(end)
    )


def _time(value: core.Asn1Value) -> datetime:
    moment = value.native
    if not isinstance(moment, datetime):  # asn1crypto has a class of its own for the year 0
        raise ValueError
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
