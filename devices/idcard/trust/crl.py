"""Lists of revoked certificates (ICAO 9303-12 §7.4, RFC 5280 §5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import core, crl, x509

from devices.fault import Fault
from devices.idcard import asn1
from devices.idcard.certificate import Name
from devices.idcard.signature import Algorithm, verify
from devices.idcard.spki import PublicKey

LIMIT = 4 * 1024 * 1024
"""Bytes of a list."""
_AUTHORITY_KEY = "2.5.29.35"
_NUMBER = "2.5.29.20"
_KNOWN = (_AUTHORITY_KEY, _NUMBER)
_LIFE = timedelta(days=90)
"""A country publishes a new list at least this often (ICAO 9303-12 §4.2)."""


@dataclass(frozen=True)
class RevocationList:
    """``serials`` are those of the certificates revoked; times are in UTC."""

    der: bytes = field(repr=False)
    sha256: str
    issuer: Name
    aki: bytes
    this_update: datetime
    next_update: datetime
    serials: frozenset[int] = field(repr=False)
    _tbs: bytes = field(repr=False)
    _signature: bytes = field(repr=False)
    _algorithm: Algorithm = field(repr=False)

    def signed_by(self, key: PublicKey) -> bool:
        return verify(key, self._algorithm, self._tbs, self._signature)


def load(der: bytes) -> RevocationList:
    """A whole list. Raises `Fault` ``TLV_BROKEN``, and ``KEY_UNSUPPORTED`` for an unknown signature
    or for a list that speaks of a part of the certificates only (a critical extension says so)."""
    with asn1.border("CRL", LIMIT, len(der)):
        parsed = crl.CertificateList.load(der, strict=True)
        tbs = parsed["tbs_cert_list"]
        this = _time(tbs["this_update"])
        later = tbs["next_update"]
        return RevocationList(
            der=der,
            sha256=hashlib.sha256(der).hexdigest(),
            issuer=Name(tbs["issuer"].dump()),
            aki=_authority(tbs["crl_extensions"]),
            this_update=this,
            next_update=this + _LIFE if isinstance(later, core.Void) else _time(later),
            serials=_serials(tbs["revoked_certificates"]),
            _tbs=tbs.dump(),
            _signature=parsed["signature"].native,
            _algorithm=Algorithm.of(tbs["signature"]),
        )


def _serials(revoked: core.Asn1Value) -> frozenset[int]:
    if isinstance(revoked, core.Void):
        return frozenset()
    return frozenset(entry["user_certificate"].native for entry in revoked)


def _authority(extensions: core.Asn1Value) -> bytes:
    if isinstance(extensions, core.Void):
        return b""
    found = b""
    for extension in extensions:
        oid = extension["extn_id"].dotted
        if extension["critical"].native and oid not in _KNOWN:
            raise Fault("KEY_UNSUPPORTED", "CRL: critical extension")
        if oid == _AUTHORITY_KEY:
            found = extension["extn_value"].parsed["key_identifier"].native or b""
    return found


def _time(value: x509.Time) -> datetime:
    moment = value.native
    if not isinstance(moment, datetime):  # asn1crypto has a class of its own for the year 0
        raise ValueError
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
