"""EF.SOD: the hashes of the data groups, signed (ICAO 9303-10 §4.6.2, RFC 5652 §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from asn1crypto import algos, cms, core

from devices.fault import Fault
from devices.idcard import asn1, certificate, lds, tlv
from devices.idcard.certificate import Certificate, Name
from devices.idcard.signature import HASH_BYTES, Algorithm, digest_name

MAX_CERTIFICATES = 8
MAX_SIGNERS = 4
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SET = 0x31
_GROUPS = range(1, 17)


@dataclass(frozen=True)
class SignerInfo:
    """What a signer says and signed.

    ``signed`` is what the signature covers: the attributes in their SET form, or the content itself
    when there are none; then ``digest`` is None. ``in_order`` are the same attributes in the order of
    DER. ``certificate`` is None when none of those in the file is the one that the signer names.
    """

    hash_algorithm: str
    signed: bytes = field(repr=False)
    digest: bytes | None = field(repr=False)
    content_type: str
    signature: bytes = field(repr=False)
    certificate: Certificate | None
    in_order: bytes = field(repr=False)
    _algorithm: algos.SignedDigestAlgorithm = field(repr=False, compare=False)

    @property
    def forms(self) -> tuple[bytes, ...]:
        """What the signature may cover: RFC 5652 §5.4 wants the attributes sorted where they are
        signed, even if they were written down in another order; some sign them as written."""
        return (self.signed,) if self.signed == self.in_order else (self.signed, self.in_order)

    @property
    def algorithm(self) -> Algorithm:
        """Raises `Fault` ``KEY_UNSUPPORTED`` and ``TLV_BROKEN``."""
        return Algorithm.of(self._algorithm, self.hash_algorithm)


@dataclass(frozen=True)
class SecurityObject:
    """``groups`` holds the hash of each listed data group, made with ``hash_algorithm`` (hashlib's
    name) over the whole file; ``content`` is the encoded LDSSecurityObject."""

    content_type: str
    content: bytes = field(repr=False)
    hash_algorithm: str
    groups: Mapping[int, bytes] = field(repr=False)
    signer: SignerInfo


def parse(file: bytes) -> SecurityObject:
    """The whole file, tag 77 included. What it says is not checked yet.

    Raises `Fault` ``TLV_BROKEN``, and ``KEY_UNSUPPORTED`` for a hash nobody should use.
    """
    with asn1.border("EF.SOD", lds.SOD.limit, len(file)):
        info = cms.ContentInfo.load(tlv.parse(file, lds.SOD.tag).value, strict=True)
        if info["content_type"].dotted != _SIGNED_DATA:
            raise ValueError
        data = info["content"]
        wrapped = data["encap_content_info"]
        kind = wrapped["content_type"].dotted
        if kind not in (asn1.LDS_SECURITY_OBJECT, asn1.LDS_SECURITY_OBJECT_OLD):
            raise Fault("TLV_BROKEN", "EF.SOD: content of another kind")
        content = bytes(wrapped["content"])
        listed = asn1.LdsSecurityObject.load(content, strict=True)
        if listed["version"].native not in (0, 1):
            raise Fault("TLV_BROKEN", "EF.SOD: version")
        name = digest_name(listed["algorithm"])
        return SecurityObject(kind, content, name, _groups(listed, name), signer_of(data, content))


def _groups(listed: asn1.LdsSecurityObject, name: str) -> dict[int, bytes]:
    entries = listed["hashes"]
    if not 0 < len(entries) <= len(_GROUPS):
        raise ValueError
    groups = {entry["number"].native: entry["hash"].native for entry in entries}
    if len(groups) != len(entries) or not all(number in _GROUPS for number in groups):
        raise Fault("TLV_BROKEN", "EF.SOD: numbers of groups")
    if any(len(value) != HASH_BYTES[name] for value in groups.values()):
        raise Fault("TLV_BROKEN", "EF.SOD: length of a hash")
    return groups


def signer_of(data: cms.SignedData, content: bytes) -> SignerInfo:
    """The first signer whose certificate is there, else the first; there should be just one.

    Serves every signed message of ICAO 9303-10 and -12; use inside `asn1.border`.
    """
    infos = data["signer_infos"]
    if not 0 < len(infos) <= MAX_SIGNERS:
        raise ValueError
    known = _certificates(data["certificates"])
    pairs = [(info, _named(info["sid"], known)) for info in infos]
    info, owner = next((pair for pair in pairs if pair[1] is not None), pairs[0])
    attributes = info["signed_attrs"]
    signed, digest, kind = content, None, ""
    in_order = content
    if not isinstance(attributes, core.Void):
        # The signature covers the attributes as a SET, not under their tag here (RFC 5652 §5.4).
        signed = attributes.untag().dump()
        in_order = tlv.build(_SET, b"".join(sorted(one.dump() for one in attributes)))
        digest = _attribute(attributes, _MESSAGE_DIGEST).native
        kind = _attribute(attributes, _CONTENT_TYPE).dotted
    return SignerInfo(
        digest_name(info["digest_algorithm"]),
        signed,
        digest,
        kind,
        info["signature"].native,
        owner,
        in_order,
        info["signature_algorithm"],
    )


def _attribute(attributes: cms.CMSAttributes, oid: str) -> core.Asn1Value:
    """Its one value. Raises ValueError when there is none or more."""
    (found,) = [one["values"] for one in attributes if one["type"].dotted == oid]
    (value,) = found
    return value


def _certificates(choices: cms.CertificateSet) -> list[Certificate]:
    """Those that can be read; what else lies there is left alone."""
    if isinstance(choices, core.Void):
        return []
    if len(choices) > MAX_CERTIFICATES:
        raise ValueError
    found = []
    for choice in choices:
        try:
            if choice.name == "certificate":
                found.append(certificate.load(choice.chosen.dump()))
        except Fault:
            continue
    return found


def _named(sid: cms.SignerIdentifier, known: list[Certificate]) -> Certificate | None:
    if sid.name == "subject_key_identifier":
        wanted = sid.chosen.native
        return next((one for one in known if one.ski and one.ski == wanted), None)
    serial = sid.chosen["serial_number"].native
    issuer = Name(sid.chosen["issuer"].dump())
    return next((one for one in known if one.serial == serial and _same(one.issuer, issuer)), None)


def _same(one: Name, other: Name) -> bool:
    return one == other or one.canonical == other.canonical
