"""Judges document signers by the store of this office (ICAO 9303-11 §5.1, 9303-12 §5)."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from devices.fault import Fault
from devices.idcard import certificate
from devices.idcard.api import OK, Finding, Signer, Step, Trust
from devices.idcard.certificate import Certificate
from devices.idcard.trust.importing import candidates
from devices.idcard.trust.states import countries
from devices.idcard.trust.store import Entry, Kind, Revocations, TrustStore

log = logging.getLogger(__name__)

CSCA_UNKNOWN = "CSCA_UNKNOWN"
CSCA_SIGNATURE = "CSCA_SIGNATURE"
"""The country signer that the document signer names by key and name didn't sign it."""
CSCA_DISABLED = "CSCA_DISABLED"
CSCA_UNCONFIRMED = "CSCA_UNCONFIRMED"
"""Its key is on a curve of its own and nobody confirmed its fingerprint."""
CSCA_COUNTRY = "CSCA_COUNTRY"
"""Signer and country signer are of another country than the card says it was issued by."""
ISSUER_UNKNOWN = "ISSUER_UNKNOWN"
"""The state that the card names as its issuer isn't known here."""
SIGNER_IS_CSCA = "SIGNER_IS_CSCA"
SIGNER_PURPOSE = "SIGNER_PURPOSE"
"""It was made to sign lists, bar codes or records, and no EF.SOD."""
SIGNER_UNREADABLE = "SIGNER_UNREADABLE"
EXPIRED_AT_ISSUE = "EXPIRED_AT_ISSUE"
NOT_YET_VALID_AT_ISSUE = "NOT_YET_VALID_AT_ISSUE"
ISSUE_DATE_UNKNOWN = "ISSUE_DATE_UNKNOWN"
DSC_REVOKED = "DSC_REVOKED"
CRL_NONE = "CRL_NONE"
CRL_MISSING = "CRL_MISSING"
"""`CRL_NONE`, where the office demands a list."""
CRL_EXPIRED = "CRL_EXPIRED"
"""The list should have been replaced, where the office demands a current one."""
TRUST_STORE = "TRUST_STORE"

_LONGEST_CHAIN = 4
_MOST_CANDIDATES = 128
"""Far more keys than any country has; each costs one check of a signature."""
_KEPT = 256
DAYS_BEFORE_SIGNER = 60
"""A card may be dated this long before its signer: what is printed is the day of the decision."""
_OTHER_PURPOSES = (
    "2.23.136.1.1.3",  # signs master lists
    "2.23.136.1.1.8",  # signs deviation lists
    "2.23.136.1.1.9",  # signs travel records, visas and biometrics of LDS2
    "2.23.136.1.1.11",  # signs visible digital seals
    "2.23.136.1.1.14",  # signs seals for non-constrained environments, health proofs
)
"""Extended key usages of ICAO 9303-12 §7.1.1.3 and 9303-13 that aren't for EF.SOD."""


class Policy(StrEnum):
    """What a list of revoked certificates that is old or absent means."""

    SOFT = "soft"
    """A remark: a kiosk may be offline for long."""
    HARD = "hard"
    """Revocation could not be decided, so that the signer isn't confirmed."""


@dataclass(frozen=True)
class _Known:
    """What doesn't depend on the day; ``signer`` is None when the certificate can't be read."""

    signer: Certificate | None
    chain: Finding
    csca: str = ""
    countries: frozenset[str] = frozenset()
    """Those that the signer and the country signer name."""
    revocations: Revocations | None = None


class LocalCscaVerifier:
    """Offline, from the store alone; answers for the same signer are kept until the store changes."""

    def __init__(
        self,
        store: TrustStore,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        policy: Policy = Policy.SOFT,
    ) -> None:
        self._store, self._clock, self._policy = store, clock, policy
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._kept: OrderedDict[bytes, _Known] = OrderedDict()

    def judge(self, signer: Signer) -> Trust:
        """Never raises: a store that can't be read is a finding of the chain."""
        try:
            trust = self._judge(signer)
        except Fault as fault:
            log.warning("trust store: %s", fault.code)
            return Trust(chain=Finding(Step.NOT_POSSIBLE, TRUST_STORE), by="local")
        except Exception as bug:  # noqa: BLE001  a reading goes on without an answer
            log.error("trust store: %s", type(bug).__name__)
            return Trust(chain=Finding(Step.NOT_POSSIBLE, TRUST_STORE), by="local")
        if not trust.chain.ok:
            log.info("signer not confirmed: %s", trust.chain.why)
        return trust

    def _judge(self, signer: Signer) -> Trust:
        with self._lock:
            known = self._look_up(signer.certificate)
        trust = Trust(chain=known.chain, csca_sha256=known.csca, by="local")
        if known.signer is None:
            return trust
        if known.chain.ok:
            trust = replace(trust, chain=_of_state(known.countries, signer.issuer))
        now = self._clock().astimezone(UTC)
        trust = replace(trust, validity=_validity(known.signer, signer.issued, now))
        if not known.csca:
            return trust  # whose list would it be?
        days = _age(known.revocations, now)
        revocation = self._revocation(known.revocations, days)
        return replace(trust, revocation=revocation, crl_days=days)

    def _look_up(self, der: bytes) -> _Known:
        version = self._store.version()
        if version != self._version:
            self._kept.clear()
            self._version = version
        known = self._kept.get(der)
        if known is None:
            known = self._kept[der] = self._examine(der)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(der)
        return known

    def _examine(self, der: bytes) -> _Known:
        try:
            signer = certificate.load(der)
        except Fault:
            return _Known(None, Finding(Step.NOT_POSSIBLE, SIGNER_UNREADABLE))
        if signer.is_ca:
            return _Known(signer, Finding(Step.NOT_POSSIBLE, SIGNER_IS_CSCA))
        if any(_within(one, other) for one in signer.purposes for other in _OTHER_PURPOSES):
            return _Known(signer, Finding(Step.NOT_POSSIBLE, SIGNER_PURPOSE))
        chain, csca = _Search(self._store).chain(signer)
        if csca is None:
            return _Known(signer, chain)
        issuer = csca.certificate.subject.canonical
        revocations = self._store.revocations(issuer, signer.serial)
        names = (signer.subject, csca.certificate.subject)
        countries = frozenset(name.country for name in names)
        return _Known(signer, chain, csca.certificate.sha256, countries, revocations)

    def _revocation(self, found: Revocations | None, days: int | None) -> Finding:
        hard = self._policy is Policy.HARD
        if found is None:
            return Finding(Step.NOT_POSSIBLE, CRL_MISSING if hard else CRL_NONE)
        if found.revoked:
            return Finding(Step.FAILED, DSC_REVOKED)
        if days and hard:
            return Finding(Step.NOT_POSSIBLE, CRL_EXPIRED)
        return OK


class _Search:
    """The way from one signer to whom the office trusts; what was checked once isn't again.

    Link certificates that signed each other in every direction make more ways than certificates.
    """

    def __init__(self, store: TrustStore) -> None:
        self._store = store
        self._signers: dict[str, list[Entry]] = {}
        self._answers: dict[tuple[str, int], str] = {}

    def chain(self, signer: Certificate) -> tuple[Finding, Entry | None]:
        """The country signer that signed it, and whether that one is trusted."""
        verdict, found = Finding(Step.NOT_POSSIBLE, CSCA_UNKNOWN), None
        for entry in self._candidates(signer):
            if not signer.signed_by(entry.certificate.key):
                if found is None and _names(signer, entry.certificate):
                    verdict = Finding(Step.FAILED, CSCA_SIGNATURE)
                continue
            why = self._why_not(entry, _LONGEST_CHAIN)
            if not why:
                return OK, entry
            if found is None:
                verdict, found = Finding(Step.NOT_POSSIBLE, why), entry
        return verdict, found

    def _why_not(self, entry: Entry, deep: int) -> str:
        """Why an entry of the store isn't trusted; empty when it is.

        When its private key was to be used isn't asked: 9303-12 bounds signing by it, not checking.
        """
        key = entry.certificate.sha256, deep
        if key not in self._answers:
            self._answers[key] = self._ask(entry, deep)
        return self._answers[key]

    def _ask(self, entry: Entry, deep: int) -> str:
        if entry.disabled:
            return CSCA_DISABLED
        if not entry.counts:
            return CSCA_UNCONFIRMED
        if entry.kind is Kind.CSCA:
            return ""
        if deep == 0:
            return CSCA_UNKNOWN
        why = CSCA_UNKNOWN
        for issuer in self._issuers(entry.certificate):
            why = self._why_not(issuer, deep - 1)
            if not why:
                return ""
        return why

    def _issuers(self, one: Certificate) -> list[Entry]:
        """Those that signed it."""
        found = self._signers.get(one.sha256)
        if found is None:
            entries = self._candidates(one)
            found = [entry for entry in entries if one.signed_by(entry.certificate.key)]
            self._signers[one.sha256] = found
        return found

    def _candidates(self, one: Certificate) -> list[Entry]:
        found = candidates(self._store, one)
        if len(found) > _MOST_CANDIDATES:
            log.warning("%d may have signed, %d are tried", len(found), _MOST_CANDIDATES)
        return found[:_MOST_CANDIDATES]


def _within(oid: str, arc: str) -> bool:
    return oid == arc or oid.startswith(arc + ".")


def _of_state(found: frozenset[str], issuer: str) -> Finding:
    """Whether the signers of a trusted chain are those of the state that issued the card.

    Signer and country signer name the same country (ICAO 9303-12 §7.1), one that signs for it.
    """
    if not issuer:
        return OK
    wanted = countries(issuer)
    if not wanted:
        return Finding(Step.NOT_POSSIBLE, ISSUER_UNKNOWN)
    if len(found) != 1 or not found <= set(wanted):
        return Finding(Step.NOT_POSSIBLE, CSCA_COUNTRY)
    return OK


def _names(signer: Certificate, csca: Certificate) -> bool:
    """Whether it says that this very key signed it; a name alone may be that of an unknown newer key."""
    same_key = bool(signer.aki) and signer.aki == csca.ski
    return same_key and signer.issuer.canonical == csca.subject.canonical


def _validity(signer: Certificate, issued: date | None, now: datetime) -> Finding:
    """At the day of issue; a signer may have run out since, its cards live longer (9303-12 §5)."""
    if issued is None:
        valid = signer.not_before <= now <= signer.not_after
        return OK if valid else Finding(Step.NOT_POSSIBLE, ISSUE_DATE_UNKNOWN)
    if issued > signer.not_after.date():
        return Finding(Step.FAILED, EXPIRED_AT_ISSUE)
    early = (signer.not_before.date() - issued).days
    if early > 0:
        step = Step.FAILED if early > DAYS_BEFORE_SIGNER else Step.NOT_POSSIBLE
        return Finding(step, NOT_YET_VALID_AT_ISSUE)
    return OK


def _age(found: Revocations | None, now: datetime) -> int | None:
    """Days since the list should have been replaced; one begun counts."""
    if found is None:
        return None
    late = now - found.next_update
    return max(0, late.days + 1 if late.total_seconds() > 0 else 0)
