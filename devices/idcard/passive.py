"""Passive authentication: are the data those that were signed, and who signed them (ICAO 9303-11 §5.1)?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from devices.fault import Fault
from devices.idcard import lds, sod
from devices.idcard.api import (
    NOT_DONE,
    OK,
    Finding,
    PassiveResult,
    Signer,
    Step,
    Trust,
    TrustVerifier,
)
from devices.idcard.certificate import Certificate
from devices.idcard.signature import verify
from devices.idcard.sod import SecurityObject, SignerInfo

SOD_UNREADABLE = "SOD_UNREADABLE"
SIGNER_MISSING = "SIGNER_MISSING"
"""EF.SOD doesn't hold the certificate that its signer names."""
KEY_UNSUPPORTED = "KEY_UNSUPPORTED"
"""The document signer's key, its algorithm or a hash of EF.SOD is none that is known here."""
SIGNER_UNPROVED = "SIGNER_UNPROVED"
"""Nothing here is signed by the certificate that EF.SOD holds: whom it belongs to says nothing."""
SIGNER_KEY = "SIGNER_KEY"
"""The document signer's key is none, or one that was made to forge with."""
CONTENT_DIGEST = "CONTENT_DIGEST"
SIGNATURE = "SIGNATURE"
GROUP_HASH = "GROUP_HASH"
GROUP_NOT_LISTED = "GROUP_NOT_LISTED"
GROUP_NOT_READ = "GROUP_NOT_READ"
COM_DIFFERS = "COM_DIFFERS"
COM_UNREADABLE = "COM_UNREADABLE"

_COM_GROUPS = frozenset(lds.GROUP_TAGS.values())


class Passive:
    """One card's EF.SOD, verified and judged once; `result` then hashes only what is new.

    ``issued``: when the card was issued; ``number``: the personal number, which only online checks
    need; ``issuer``: the state that issued the card (`Mrz.issuer`). Nothing here raises: an EF.SOD
    that can't be read is a finding. The verifier is asked only about a signer who signed.
    """

    def __init__(
        self,
        file: bytes,
        verifier: TrustVerifier,
        issued: date | None = None,
        number: str = "",
        issuer: str = "",
    ) -> None:
        self._hashed: dict[int, tuple[bytes, Finding]] = {}
        self._object: SecurityObject | None = None
        self._why_no_object = ""
        try:
            self._object = sod.parse(file)
        except Fault as fault:
            unsupported = fault.code == KEY_UNSUPPORTED
            self._why_no_object = KEY_UNSUPPORTED if unsupported else SOD_UNREADABLE
            self._signed = _undecided() if unsupported else _unreadable()
            return
        self._signed = _verified(self._object)
        der = self._signed.certificate
        if der is not None and self._sound:
            trust = verifier.judge(Signer(der, issued, number, issuer))
            self._signed = replace(self._signed, trust=trust)

    @property
    def _sound(self) -> bool:
        return self._signed.content.ok and self._signed.signature.ok

    @property
    def listed(self) -> frozenset[int]:
        """Numbers of the data groups that EF.SOD holds hashes of."""
        return frozenset(self._object.groups) if self._object else frozenset()

    def vouches(self, groups: Mapping[int, bytes]) -> Callable[[int], bool]:
        """Whether the signer vouches for a group as read: everything but the trust in the signer."""
        sound = self._sound
        return lambda number: sound and number in groups and self._hash(number, groups[number]).ok

    def result(self, groups: Mapping[int, bytes], com: bytes | None = None) -> PassiveResult:
        """What is known with these whole files read, by group number; ``com`` is EF.COM."""
        unread = Finding(Step.NOT_DONE, GROUP_NOT_READ)
        findings = dict.fromkeys(sorted(self.listed), unread)
        findings |= {number: self._hash(number, data) for number, data in groups.items()}
        return replace(self._signed, groups=findings, com=self._com(com))

    def _hash(self, number: int, data: bytes) -> Finding:
        before = self._hashed.get(number)
        if before is not None and before[0] is data:
            return before[1]
        finding = self._compare(number, data)
        self._hashed[number] = (data, finding)
        return finding

    def _compare(self, number: int, data: bytes) -> Finding:
        if self._object is None:
            return Finding(Step.NOT_POSSIBLE, self._why_no_object)
        wanted = self._object.groups.get(number)
        if wanted is None:
            return Finding(Step.NOT_POSSIBLE, GROUP_NOT_LISTED)
        if hashlib.new(self._object.hash_algorithm, data).digest() != wanted:
            return Finding(Step.FAILED, GROUP_HASH)
        return OK

    def _com(self, com: bytes | None) -> Finding:
        """Groups whose tags `lds` doesn't know are left out on both sides."""
        if com is None or self._object is None:
            return NOT_DONE
        try:
            announced = frozenset(lds.parse_com(com))
        except Fault:
            return Finding(Step.FAILED, COM_UNREADABLE)
        return OK if announced == self.listed & _COM_GROUPS else Finding(Step.FAILED, COM_DIFFERS)


def _unreadable() -> PassiveResult:
    failed, open_ = Finding(Step.FAILED, SOD_UNREADABLE), Finding(Step.NOT_POSSIBLE, SOD_UNREADABLE)
    return PassiveResult(failed, failed, Trust(chain=open_))


def _undecided() -> PassiveResult:
    """A hash that isn't known here: nothing can be judged, which isn't a failure."""
    finding = Finding(Step.NOT_POSSIBLE, KEY_UNSUPPORTED)
    return PassiveResult(finding, finding, Trust(chain=finding))


def _verified(signed: SecurityObject) -> PassiveResult:
    """Without a judgement about the signer."""
    result = PassiveResult(content=_content(signed), hash_algorithm=signed.hash_algorithm)
    certificate = signed.signer.certificate
    if certificate is None:
        missing = Finding(Step.NOT_POSSIBLE, SIGNER_MISSING)
        return replace(result, signature=missing, trust=Trust(chain=missing))
    finding, algorithm = _signature(signed.signer, certificate)
    return replace(
        result,
        signature=finding,
        trust=Trust(chain=Finding(Step.NOT_POSSIBLE, SIGNER_UNPROVED)),
        signature_algorithm=algorithm,
        certificate=certificate.der,
        certificate_sha256=certificate.sha256,
    )


def _signature(signer: SignerInfo, certificate: Certificate) -> tuple[Finding, str]:
    """Whether the signature is by the certificate's key, and with which algorithm."""
    try:
        algorithm, key = signer.algorithm, certificate.key
    except Fault as fault:
        if fault.code == KEY_UNSUPPORTED:
            return Finding(Step.NOT_POSSIBLE, KEY_UNSUPPORTED), ""
        return Finding(Step.FAILED, SIGNER_KEY), ""
    good = any(verify(key, algorithm, data, signer.signature) for data in signer.forms)
    return OK if good else Finding(Step.FAILED, SIGNATURE), str(algorithm)


def _content(signed: SecurityObject) -> Finding:
    """Whether the signed attributes speak of this content; without any it is signed itself."""
    signer = signed.signer
    if signer.digest is None:
        return OK
    digest = hashlib.new(signer.hash_algorithm, signed.content).digest()
    if signer.digest != digest or signer.content_type != signed.content_type:
        return Finding(Step.FAILED, CONTENT_DIGEST)
    return OK
