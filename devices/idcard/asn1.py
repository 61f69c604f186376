"""The border to asn1crypto, and the structures of ICAO 9303-10 and -12 it doesn't know.

asn1crypto parses lazily, so every access may raise whatever hostile DER provokes; all of it becomes
one `Fault` here, without the values that its messages quote.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from asn1crypto import algos, core, x509

from devices.fault import Fault

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
LDS_SECURITY_OBJECT_OLD = "1.3.27.1.1.1"
"""What documents of the first years say instead."""
MASTER_LIST = "2.23.136.1.1.2"
_PROVOKED = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)


@contextmanager
def border(what: str, limit: int, size: int) -> Iterator[None]:
    """Inside, DER of ``size`` bytes is read. Raises only `Fault` ``TLV_BROKEN`` naming ``what``."""
    if size > limit:
        raise Fault("TLV_BROKEN", f"{what}: {size} bytes, {limit} allowed")
    try:
        yield
    except _PROVOKED as error:
        # The cause is dropped: its message may quote what stands in the file.
        raise Fault("TLV_BROKEN", f"{what}: {type(error).__name__}") from None


class DataGroupHash(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("number", core.Integer), ("hash", core.OctetString)]  # noqa: RUF012


class DataGroupHashes(core.SequenceOf):  # type: ignore[misc]  # asn1crypto has no types
    _child_spec = DataGroupHash


class LdsVersionInfo(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("lds", core.PrintableString), ("unicode", core.PrintableString)]  # noqa: RUF012


class LdsSecurityObject(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """ICAO 9303-10 §4.6.2.3."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("algorithm", algos.DigestAlgorithm),
        ("hashes", DataGroupHashes),
        ("info", LdsVersionInfo, {"optional": True}),
    ]


class Certificates(core.SetOf):  # type: ignore[misc]  # asn1crypto has no types
    _child_spec = x509.Certificate


class MasterList(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """Country signers one country vouches for (ICAO 9303-12 §9)."""

    _fields = [("version", core.Integer), ("certificates", Certificates)]  # noqa: RUF012
