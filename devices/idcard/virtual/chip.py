"""The chip's side of active and chip authentication (ICAO 9303-11 §6), and the keys for both.

The private keys are the same in every run and known to everybody: they protect nothing but a drawing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from asn1crypto import core, keys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from devices.fault import Fault
from devices.idcard import activeauth, chipauth, curves, dg14, dg15, dh, securemessaging, spki, tlv
from devices.idcard.agreement import Random
from devices.idcard.apdu import CHAINED, OK, SECURITY_NOT_SATISFIED, WRONG_LENGTH, Command, Response
from devices.idcard.ec import Curve
from devices.idcard.securemessaging import CardChannel, CipherKind
from devices.idcard.virtual.faults import Switches

NOT_SUPPORTED = 0x6D00
WRONG_DATA = 0x6A80
NO_SUCH_KEY = 0x6A88
MAX_CHAIN = 2_048
"""Bytes of one command in parts."""
_KINDS = {"3des": CipherKind.TDES} | {
    f"aes{kind.key_size * 8}": kind for kind in CipherKind if kind is not CipherKind.TDES
}
_UNKNOWN_CIPHER = 9
Work = Callable[[bytes, Switches], Response]
"""Answers the joined data of one command."""
_EC_PUBLIC_KEY, _DH_PUBLIC_NUMBER = "1.2.840.10045.2.1", "1.2.840.10046.2.1"
_P256, _MODP_2048_256 = 12, 2
_EXPONENT = 65_537
_PRIME_BYTES = 128
_CHIP, _OTHER_CHIP = "TEST chip (synthetic)", "TEST other chip (synthetic)"
_PRIMES = {_CHIP: (22, 204), _OTHER_CHIP: (132, 148)}
"""How far the primes of a chip's RSA key lie behind the numbers that its name is hashed to."""


@dataclass(frozen=True, repr=False)
class AgreementKey:
    """The static key of chip authentication on a curve or in a group."""

    domain: Curve | dh.Group
    private: int

    @property
    def agreement(self) -> int:
        return dg14.ECDH if isinstance(self.domain, Curve) else dg14.DH

    def info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        domain = self.domain
        if isinstance(domain, Curve):
            point = domain.agree(self.private, domain.g)
            name = core.ObjectIdentifier(_name_of(domain)).dump()
            return _public_key_info(_EC_PUBLIC_KEY, name, domain.encode(point))
        numbers = b"".join(core.Integer(one).dump() for one in (domain.p, domain.g, domain.q))
        public = core.Integer(domain.power(domain.g, self.private)).dump()
        return _public_key_info(_DH_PUBLIC_NUMBER, tlv.build(0x30, numbers), public)

    def secret(self, public: bytes) -> bytes:
        """Agreed on with the terminal's public key. Raises `Fault` ``TLV_BROKEN``."""
        if isinstance(self.domain, Curve):
            return self.domain.secret(self.private, self.domain.decode(public))
        return self.domain.secret(self.private, self.domain.decode(public))


@dataclass(frozen=True, repr=False)
class RsaSigner:
    """Active authentication with RSA: ISO/IEC 9796-2 scheme 1."""

    n: int
    d: int

    def info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        key = keys.RSAPublicKey({"modulus": self.n, "public_exponent": _EXPONENT})
        return bytes(keys.PublicKeyInfo.wrap(key, "rsa").dump())

    def sign(self, nonce: bytes, name: str, random: Random) -> bytes:
        """The number signed goes in by its hash only, the chip's own part can be recovered."""
        size = (self.n.bit_length() + 7) // 8
        trailer = next(end for end, of in activeauth.TRAILERS.items() if of == name)
        room = size - 1 - len(trailer) - hashlib.new(name).digest_size
        own = random(room)
        digest = hashlib.new(name, own + nonce, usedforsecurity=False).digest()
        text = bytes([activeauth.HEADER]) + own + digest + trailer
        return pow(int.from_bytes(text, "big"), self.d, self.n).to_bytes(size, "big")


@dataclass(frozen=True, repr=False)
class EcdsaSigner:
    """Active authentication with plain ECDSA on P-256."""

    private: int

    def info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return AgreementKey(curves.BY_PARAMETER[_P256], self.private).info()

    def sign(self, nonce: bytes) -> bytes:
        key = ec.derive_private_key(self.private, ec.SECP256R1())
        r, s = utils.decode_dss_signature(key.sign(nonce, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def groups(switches: Switches) -> dict[int, bytes]:
    """DG14 and DG15 by number, as far as the card has them."""
    made: dict[int, bytes] = {}
    if not switches.no_ca:
        key = agreement_key(switches.ca_dh)
        infos = [dg14.chip_auth_key(key.agreement, key.info())]
        if not switches.ca_no_info:
            kind = _KINDS.get(switches.ca_cipher)
            cipher = _UNKNOWN_CIPHER if kind is None else kind.value
            infos.append(dg14.chip_auth_info(key.agreement, cipher))
        if switches.aa_ecdsa and not switches.no_aa:
            infos.append(dg14.active_auth_info("sha256"))
        made[14] = dg14.build(*infos)
    if not switches.no_aa:
        signer = ecdsa_signer() if switches.aa_ecdsa else rsa_signer()
        made[15] = dg15.build(signer.info())
    return made


class Chip:
    """Answers what belongs to the two protocols; the kinds of keys are those of the files.

    ``fresh`` is the talk under the new keys: it begins after the answer that is being given.
    """

    def __init__(self, switches: Switches, random: Random) -> None:
        self.fresh: CardChannel | None = None
        self._random = random
        self._key = agreement_key(switches.ca_dh)
        self._kind = CipherKind.TDES if switches.ca_no_info else _KINDS.get(switches.ca_cipher)
        self._announced = not switches.ca_no_info
        self.reset()

    def reset(self) -> None:
        self.fresh = None
        self._chosen = False
        self._begun = b""

    def answer(self, command: Command, switches: Switches, protected: bool) -> Response | None:
        """``None`` for a command of something else. Before access control all are refused.

        A command may come in a chain (ISO/IEC 7816-4 §5.1.1).
        """
        work = self._work(command)
        if work is None:
            self.reset()  # its commands follow each other
            return None
        if not protected:
            return Response(b"", SECURITY_NOT_SATISFIED)
        if len(self._begun) + len(command.data) > MAX_CHAIN:
            self._begun = b""
            return Response(b"", WRONG_LENGTH)
        self._begun += command.data
        if command.cla & CHAINED:
            return Response(b"", OK)
        whole, self._begun = self._begun, b""
        try:
            return work(whole, switches)
        except Fault:
            self.reset()
            return Response(b"", WRONG_DATA)

    def _work(self, command: Command) -> Work | None:
        parameters = command.p1, command.p2
        if command.ins == chipauth.MSE and parameters == chipauth.SET_AT:
            return self._set_at
        if command.ins == chipauth.MSE and parameters == chipauth.SET_KAT:
            return self._set_kat
        if command.ins == chipauth.GENERAL_AUTHENTICATE and self._chosen:
            return self._general_authenticate
        return self._sign if command.ins == activeauth.INTERNAL_AUTHENTICATE else None

    def _sign(self, nonce: bytes, switches: Switches) -> Response:
        if switches.no_aa or switches.clone:
            return Response(b"", NOT_SUPPORTED)
        if len(nonce) != activeauth.NONCE:
            return Response(b"", WRONG_LENGTH)
        other = switches.aa_wrong_signature
        if switches.aa_ecdsa:
            return Response(ecdsa_signer(other).sign(nonce), OK)
        name = "sha256" if switches.aa_sha256 else "sha1"
        return Response(rsa_signer(other).sign(nonce, name, self._random), OK)

    def _set_at(self, data: bytes, switches: Switches) -> Response:
        self._chosen = False
        if switches.no_ca or switches.clone or not self._announced or self._kind is None:
            return Response(b"", NOT_SUPPORTED)
        named = _objects(data)
        oid = dg14.CHIP_AUTH + bytes([self._key.agreement, self._kind.value])
        if named.get(chipauth.PROTOCOL) != oid:
            return Response(b"", WRONG_DATA)
        if chipauth.KEY_REFERENCE in named:
            return Response(b"", NO_SUCH_KEY)  # there is one key, and it has no name
        self._chosen = True
        return Response(b"", OK)

    def _set_kat(self, data: bytes, switches: Switches) -> Response:
        self._chosen = False
        if switches.no_ca or switches.clone or self._kind is not CipherKind.TDES:
            return Response(b"", NOT_SUPPORTED)
        named = _objects(data)
        if chipauth.KEY_REFERENCE in named:
            return Response(b"", NO_SUCH_KEY)
        self._agree(named.get(chipauth.EPHEMERAL, b""), switches)
        return Response(b"", OK)

    def _general_authenticate(self, data: bytes, switches: Switches) -> Response:
        self._chosen = False
        public = tlv.parse(data, chipauth.DYNAMIC, 1).child(chipauth.PUBLIC).value
        self._agree(public, switches)
        return Response(tlv.build(chipauth.DYNAMIC), OK)

    def _agree(self, public: bytes, switches: Switches) -> None:
        assert self._kind is not None, "an unknown cipher is refused before"  # noqa: S101
        key = self._key
        if switches.ca_wrong_key:
            key = replace(key, private=key.private + 1)
        suite = securemessaging.suite(self._kind, key.secret(public))
        self.fresh = CardChannel(suite, bytes(suite.block))


def agreement_key(group: bool = False) -> AgreementKey:
    """The static key on P-256, or in the 2048-bit group of RFC 5114 with 256 bits of order."""
    domain = dh.BY_PARAMETER[_MODP_2048_256] if group else curves.BY_PARAMETER[_P256]
    return AgreementKey(domain, _secret(_CHIP))


def ecdsa_signer(other: bool = False) -> EcdsaSigner:
    return EcdsaSigner(_secret(_OTHER_CHIP if other else _CHIP))


@lru_cache(maxsize=2)
def rsa_signer(other: bool = False) -> RsaSigner:
    """2048 bits."""
    owner = _OTHER_CHIP if other else _CHIP
    p, q = (
        _start(f"{owner} {name}") + more for name, more in zip("pq", _PRIMES[owner], strict=True)
    )
    return RsaSigner(p * q, pow(_EXPONENT, -1, (p - 1) * (q - 1)))


def _secret(owner: str) -> int:
    return int.from_bytes(hashlib.sha256(owner.encode()).digest()[:31], "big")


def _start(label: str) -> int:
    """Where the search for a prime began: odd, the two highest bits set."""
    start = int.from_bytes(hashlib.shake_256(label.encode()).digest(_PRIME_BYTES), "big")
    return start | 3 << (8 * _PRIME_BYTES - 2) | 1


def _objects(data: bytes) -> dict[int, bytes]:
    return {node.tag: node.value for node in tlv.Node(0, data).children()}


def _name_of(curve: Curve) -> str:
    """The identifier of a published curve."""
    return next(
        oid for oid, number in spki.PARAMETER_OF_OID.items() if curves.BY_PARAMETER[number] == curve
    )


def _public_key_info(algorithm: str, parameters: bytes, key: bytes) -> bytes:
    head = tlv.build(0x30, core.ObjectIdentifier(algorithm).dump(), parameters)
    return tlv.build(0x30, head, tlv.build(0x03, b"\x00", key))
