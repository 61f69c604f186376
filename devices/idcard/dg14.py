"""DG14: how the chip can prove that it is genuine (ICAO 9303-10 §4.7.14, 9303-11 §9.2).

Of keys only algorithm and size ever get a name here: they differ from chip to chip, so that they
would tell whose card it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from asn1crypto import core

from devices.fault import Fault
from devices.idcard import asn1, lds, spki, tlv
from devices.idcard.securemessaging import CipherKind
from devices.idcard.spki import DhKey, EcKey

PUBLIC_KEY = bytes.fromhex("04007F0007020201")
"""id-PK, 0.4.0.127.0.7.2.2.1: the key agreement follows as one byte."""
CHIP_AUTH = bytes.fromhex("04007F0007020203")
"""id-CA, 0.4.0.127.0.7.2.2.3: key agreement and cipher follow as one byte each."""
ACTIVE_AUTH = bytes.fromhex("678108010105")
"""id-icao-mrtd-security-aaProtocolObject, 2.23.136.1.1.5."""
ECDSA_PLAIN = bytes.fromhex("04007F000701010401")
"""ecdsa-plain-signatures, 0.4.0.127.0.7.1.1.4.1: the hash follows as one byte (BSI TR-03111 §5.2.1)."""
DH, ECDH = 1, 2
PLAIN_HASHES = {1: "sha1", 2: "sha224", 3: "sha256", 4: "sha384", 5: "sha512"}
MAX_INFOS = 32
MAX_OID_BYTES = 32
MAX_KEY_ID_BYTES = 8
_VERSIONS = (1, 2)  # version 3 is another protocol, for cards that hide who they are
_SET, _SEQUENCE, _OID, _INTEGER = 0x31, 0x30, 0x06, 0x02
_DEPTH = 3


@dataclass(frozen=True)
class ChipAuth:
    """One way the chip offers to authenticate itself.

    ``oid``: the protocol's identifier, value bytes; empty when the file holds the key alone, which
    means 3DES by MSE:Set KAT. ``key_id``: how the chip calls its key, None when it has one only.
    """

    oid: bytes = field(repr=False)
    kind: CipherKind
    key: EcKey | DhKey = field(repr=False)
    key_id: bytes | None = field(default=None, repr=False)

    @property
    def bits(self) -> int:
        """Size of the field."""
        return (self.key.curve.p if isinstance(self.key, EcKey) else self.key.p).bit_length()

    @property
    def name(self) -> str:
        """Algorithm, curve and cipher, as in ``ECDH P-256 AES-128``."""
        cipher = self.kind.name.replace("_", "-").replace("TDES", "3DES")
        if isinstance(self.key, EcKey):
            return f"ECDH {self.key.curve.name} {cipher}"
        return f"DH {self.bits} {cipher}"


@dataclass(frozen=True)
class SecurityInfos:
    """``chip_auth``: the best offer first. ``active_auth_hash``: hashlib's name of the hash that
    active authentication with ECDSA uses, the dotted identifier of an algorithm that isn't known,
    empty when the file says nothing. ``others``: dotted identifiers of what wasn't used.
    """

    chip_auth: tuple[ChipAuth, ...] = ()
    active_auth_hash: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Announced:
    """A ChipAuthenticationInfo; ``kind`` is None for a cipher or a version we don't know."""

    oid: bytes
    kind: CipherKind | None
    key_id: bytes | None


@dataclass(frozen=True)
class _Key:
    agreement: int
    key: EcKey | DhKey
    key_id: bytes | None


def parse(data: bytes) -> SecurityInfos:
    """The whole file. Keys of kinds that we don't know are passed over.

    Raises `Fault` ``TLV_BROKEN``, also for a key that lies on no curve.
    """
    infos = tlv.parse(data, lds.DG14.tag, _DEPTH).child(_SET).children()
    if len(infos) > MAX_INFOS:
        raise Fault("TLV_BROKEN", f"{len(infos)} infos in DG14")
    found = _Found()
    for info in infos:
        parts = info.children() if info.tag == _SEQUENCE else []
        if not parts or parts[0].tag != _OID or len(parts[0].value) > MAX_OID_BYTES:
            raise Fault("TLV_BROKEN", "info without identifier in DG14")
        found.take(parts[0].value, parts[1:])
    return SecurityInfos(found.offers(), found.active_auth_hash, tuple(found.others))


class _Found:
    """What the infos say, before keys and protocols are matched."""

    def __init__(self) -> None:
        self.keys: list[_Key] = []
        self.announced: list[_Announced] = []
        self.active_auth_hash = ""
        self.others: list[str] = []

    def take(self, oid: bytes, rest: list[tlv.Node]) -> None:
        if oid[:-1] == PUBLIC_KEY and oid[-1] in (DH, ECDH):
            self._take_key(oid, rest)
        elif oid[:-2] == CHIP_AUTH and oid[-2] in (DH, ECDH):
            self._take_chip_auth(oid, rest)
        elif oid == ACTIVE_AUTH:
            self._take_active_auth(rest)
        else:
            self.others.append(_dotted(oid))

    def offers(self) -> tuple[ChipAuth, ...]:
        offers = [offer for key in self.keys for offer in self._of(key)]
        offers.sort(key=lambda offer: offer.kind is CipherKind.TDES)
        offers.sort(key=lambda offer: (not isinstance(offer.key, EcKey), -offer.bits))
        return tuple(offers)

    def _of(self, key: _Key) -> list[ChipAuth]:
        """The offers that go with a key; a single key goes with every info, named or not."""
        meant = [
            info
            for info in self.announced
            if info.oid[-2] == key.agreement and (len(self.keys) == 1 or info.key_id == key.key_id)
        ]
        if not meant:
            return [ChipAuth(b"", CipherKind.TDES, key.key, key.key_id)]
        return [
            ChipAuth(info.oid, info.kind, key.key, key.key_id or info.key_id)
            for info in meant
            if info.kind is not None
        ]

    def _take_key(self, oid: bytes, rest: list[tlv.Node]) -> None:
        if not rest or rest[0].tag != _SEQUENCE:
            raise Fault("TLV_BROKEN", "public key missing in DG14")
        try:
            key = spki.load(tlv.build(rest[0].tag, rest[0].value))
        except Fault as fault:
            if fault.code != "KEY_UNSUPPORTED":
                raise
            self.others.append(_dotted(oid))
            return
        if (isinstance(key, EcKey) and oid[-1] == ECDH) or (
            isinstance(key, DhKey) and oid[-1] == DH
        ):
            self.keys.append(_Key(oid[-1], key, _key_id(rest[1:])))
        else:
            self.others.append(_dotted(oid))

    def _take_chip_auth(self, oid: bytes, rest: list[tlv.Node]) -> None:
        if not rest or rest[0].tag != _INTEGER:
            raise Fault("TLV_BROKEN", "version missing in DG14")
        kind = next((kind for kind in CipherKind if kind.value == oid[-1]), None)
        if int.from_bytes(rest[0].value[:2], "big") not in _VERSIONS:
            kind = None
        self.announced.append(_Announced(oid, kind, _key_id(rest[1:])))
        if kind is None:
            self.others.append(_dotted(oid))

    def _take_active_auth(self, rest: list[tlv.Node]) -> None:
        if [part.tag for part in rest] != [_INTEGER, _OID]:
            raise Fault("TLV_BROKEN", "ActiveAuthenticationInfo in DG14")
        oid = rest[1].value
        known = PLAIN_HASHES.get(oid[-1]) if oid[:-1] == ECDSA_PLAIN else None
        self.active_auth_hash = self.active_auth_hash or known or _dotted(oid)


def _key_id(rest: list[tlv.Node]) -> bytes | None:
    """The value of the INTEGER without its sign byte, as the chip wants it in object 84."""
    if not rest or rest[0].tag != _INTEGER:
        return None
    if not 0 < len(rest[0].value) <= MAX_KEY_ID_BYTES:
        raise Fault("TLV_BROKEN", "identifier of a key in DG14")
    return rest[0].value.lstrip(b"\x00") or b"\x00"


def _dotted(oid: bytes) -> str:
    with asn1.border("identifier in DG14", MAX_OID_BYTES, len(oid)):
        return str(core.ObjectIdentifier.load(tlv.build(_OID, oid)).dotted)


# --- building, for the virtual card ---


def build(*infos: bytes) -> bytes:
    """DG14 with these infos."""
    return tlv.build(lds.DG14.tag, tlv.build(_SET, *infos))


def chip_auth_info(agreement: int, cipher: int, key_id: int | None = None) -> bytes:
    """ChipAuthenticationInfo, version 1; ``cipher`` is the last arc of the identifier."""
    oid = tlv.build(_OID, CHIP_AUTH, bytes([agreement, cipher]))
    return tlv.build(_SEQUENCE, oid, tlv.build(_INTEGER, b"\x01"), _id_field(key_id))


def chip_auth_key(agreement: int, key: bytes, key_id: int | None = None) -> bytes:
    """ChipAuthenticationPublicKeyInfo around a SubjectPublicKeyInfo."""
    oid = tlv.build(_OID, PUBLIC_KEY, bytes([agreement]))
    return tlv.build(_SEQUENCE, oid, key, _id_field(key_id))


def active_auth_info(hash_name: str) -> bytes:
    """ActiveAuthenticationInfo of plain ECDSA with this hash."""
    number = next(number for number, name in PLAIN_HASHES.items() if name == hash_name)
    algorithm = tlv.build(_OID, ECDSA_PLAIN, bytes([number]))
    return tlv.build(
        _SEQUENCE, tlv.build(_OID, ACTIVE_AUTH), tlv.build(_INTEGER, b"\x01"), algorithm
    )


def _id_field(key_id: int | None) -> bytes:
    return b"" if key_id is None else core.Integer(key_id).dump()
