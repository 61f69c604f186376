"""Letting certificates and lists into the store: each is verified, refused ones are told with why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from devices.fault import Fault
from devices.idcard import certificate
from devices.idcard.certificate import Certificate
from devices.idcard.trust import crl, masterlist
from devices.idcard.trust.crl import RevocationList
from devices.idcard.trust.files import File, is_message, pieces
from devices.idcard.trust.masterlist import MasterList
from devices.idcard.trust.store import Entry, Kind, Source, TrustStore

UNREADABLE = "UNREADABLE"
KEY_UNSUPPORTED = "KEY_UNSUPPORTED"
NOT_A_CA = "NOT_A_CA"
SIGNATURE = "SIGNATURE"
"""It should have signed itself and didn't."""
ISSUER_UNKNOWN = "ISSUER_UNKNOWN"
CRL_SIGNER_UNKNOWN = "CRL_SIGNER_UNKNOWN"
CRL_SIGNATURE = "CRL_SIGNATURE"
CRL_OLDER = "CRL_OLDER"
CRL_FUTURE = "CRL_FUTURE"
"""It is dated in the future, so that no true one could take its place; or the clock is wrong."""

_CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True)
class Refused:
    """``sha256`` is empty for what could not be read."""

    source: str
    why: str
    sha256: str = ""


@dataclass
class Report:
    """Fingerprints of what is new and of what was there before, and what was refused.

    ``to_confirm`` are those of ``added`` with a key on a curve of their own: they don't count yet.
    """

    added: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    to_confirm: list[str] = field(default_factory=list)

    def reasons(self) -> dict[str, int]:
        """How often each reason to refuse occurred."""
        return dict(Counter(one.why for one in self.refused))


def import_files(
    store: TrustStore, files: Iterable[File], by: str, signer: str = "", *, folder: bool = False
) -> Report:
    """Imports all files in one transaction; order doesn't matter.

    ``signer``: the SHA-256 that a person gave for the signer of the master lists; it is pinned.
    ``folder``: the files were chosen together by a person; a master list whose signer is among their
    certificates, or signed by one of these, needs no pin, and what can't be believed is refused
    instead of ending the import.

    Raises `Fault` ``TRUST_FILE``, ``LIST_SIGNER_UNKNOWN`` (its detail is the fingerprint to
    compare), ``LIST_SIGNATURE``, ``TRUST_STORE``; nothing is imported then.
    """
    with store.transaction():
        return _Import(store, by, signer.lower(), folder).run(list(files))


class _Import:
    def __init__(self, store: TrustStore, by: str, signer: str, folder: bool) -> None:
        self._store, self._by, self._signer, self._folder = store, by, signer, folder
        self._report = Report()
        self._lists: list[tuple[str, MasterList]] = []
        self._crls: list[tuple[str, RevocationList]] = []
        self._found: dict[str, tuple[Certificate, Source]] = {}

    def run(self, files: list[File]) -> Report:
        for file in files:
            try:
                for der in pieces(file):
                    self._sort(file.name, der)
            except Fault as fault:
                if not self._folder:
                    raise
                self._refuse(file.name, fault.code)
        for name, found in self._lists:
            self._open(name, found)
        self._certificates()
        for name, revoked in self._crls:
            self._crl(name, revoked)
        return self._report

    def _sort(self, name: str, der: bytes) -> None:
        if is_message(der):
            try:
                self._lists.append((name, masterlist.parse(der)))
            except Fault as fault:
                raise Fault("TRUST_FILE", f"{name}: {fault.detail}") from None
            return
        try:
            self._certificate(Source(name), der)
        except Fault:
            try:
                self._crls.append((name, crl.load(der)))
            except Fault as fault:
                supported = fault.code != "KEY_UNSUPPORTED"
                self._refuse(name, UNREADABLE if supported else KEY_UNSUPPORTED)

    def _open(self, name: str, found: MasterList) -> None:
        """Takes the certificates out of a list that can be believed."""
        fault = self._doubt(found)
        if fault is not None and self._folder:
            self._refuse(name, fault.code, found.sha256)
            return
        if fault is not None:
            raise fault
        if found.signer.sha256 == self._signer:
            self._store.pin(found.signer, self._by)
        source = Source(name, found.sha256)
        self._report.refused += [Refused(name, UNREADABLE)] * found.broken
        for der in found.certificates:
            try:
                self._certificate(source, der)
            except Fault:
                self._refuse(name, UNREADABLE)

    def _doubt(self, found: MasterList) -> Fault | None:
        signer = found.signer
        pinned = signer.sha256 == self._signer or self._store.pinned(signer.sha256)
        if not pinned and not (self._folder and not self._signer and self._vouched(signer)):
            return Fault("LIST_SIGNER_UNKNOWN", signer.sha256)
        return None if found.sound() else Fault("LIST_SIGNATURE", signer.sha256)

    def _vouched(self, signer: Certificate) -> bool:
        """Whether a certificate file that was chosen along with the list is, or signed, its signer."""
        own = [one for one, source in self._found.values() if not source.list_sha256]
        return any(one.sha256 == signer.sha256 or _signed(signer, one) for one in own)

    def _certificate(self, source: Source, der: bytes) -> None:
        one = certificate.load(der)
        self._found.setdefault(one.sha256, (one, source))

    def _certificates(self) -> None:
        """First those that signed themselves, then link certificates as far as these lead."""
        waiting: list[tuple[Certificate, Source]] = []
        for one, source in self._found.values():
            if self._store.find(one.sha256):
                self._report.known.append(one.sha256)
            elif not self._usable(one, source):
                continue
            elif one.signed_by(one.key):
                self._add(one, Kind.CSCA, source)
            else:
                waiting.append((one, source))
        while waiting:
            left = [(one, source) for one, source in waiting if not self._linked(one, source)]
            if len(left) == len(waiting):
                break
            waiting = left
        for one, source in waiting:
            own = one.subject == one.issuer and one.aki in (b"", one.ski)
            self._refuse(source.name, SIGNATURE if own else ISSUER_UNKNOWN, one.sha256)

    def _usable(self, one: Certificate, source: Source) -> bool:
        try:
            _ = one.key, one.algorithm
        except Fault as fault:
            supported = fault.code != "KEY_UNSUPPORTED"
            self._refuse(source.name, UNREADABLE if supported else KEY_UNSUPPORTED, one.sha256)
            return False
        if not one.is_ca:
            self._refuse(source.name, NOT_A_CA, one.sha256)
            return False
        return True

    def _linked(self, one: Certificate, source: Source) -> bool:
        issuers = candidates(self._store, one)
        if not any(issuer.counts and _signed(one, issuer.certificate) for issuer in issuers):
            return False
        self._add(one, Kind.LINK, source)
        return True

    def _add(self, one: Certificate, kind: Kind, source: Source) -> None:
        self._store.add(one, kind, source, self._by)
        self._report.added.append(one.sha256)
        entry = self._store.find(one.sha256)
        if entry is not None and not entry.named:
            self._report.to_confirm.append(one.sha256)

    def _crl(self, name: str, found: RevocationList) -> None:
        issuers = [*self._store.by_ski(found.aki), *self._store.by_subject(found.issuer.canonical)]
        usable = [
            one
            for one in issuers
            if one.counts and one.certificate.subject.canonical == found.issuer.canonical
        ]
        signer = next((one for one in usable if found.signed_by(one.certificate.key)), None)
        if signer is None:
            named = found.aki and any(one.certificate.ski == found.aki for one in usable)
            self._refuse(name, CRL_SIGNATURE if named else CRL_SIGNER_UNKNOWN, found.sha256)
            return
        if found.this_update - self._store.now() > _CLOCKS_DIFFER:
            self._refuse(name, CRL_FUTURE, found.sha256)
            return
        sha256 = signer.certificate.sha256
        kept = self._store.kept_crl(found.issuer.canonical, sha256)
        if kept is not None and kept[0] == found.sha256:
            self._report.known.append(found.sha256)
        elif kept is not None and found.this_update <= kept[1]:
            self._refuse(name, CRL_OLDER, found.sha256)
        else:
            self._store.put_crl(found, sha256, name, self._by)
            self._report.added.append(found.sha256)

    def _refuse(self, source: str, why: str, sha256: str = "") -> None:
        self._report.refused.append(Refused(source, why, sha256))


def candidates(store: TrustStore, one: Certificate) -> list[Entry]:
    """Who may have signed it: by key identifier first, then by name, each once."""
    found = {
        entry.certificate.sha256: entry
        for entry in [*store.by_ski(one.aki), *store.by_subject(one.issuer.canonical)]
        if entry.certificate.sha256 != one.sha256
    }
    return list(found.values())


def _signed(one: Certificate, issuer: Certificate) -> bool:
    try:
        return issuer.is_ca and one.signed_by(issuer.key)
    except Fault:
        return False
