"""The four lamps: four answers about a card that stay apart, as no one of them speaks for the others."""

from __future__ import annotations

from enum import Enum, auto

from devices.idcard.api import (
    ChipResult,
    Finding,
    Lamp,
    Lamps,
    LampState,
    PassiveResult,
    Step,
    Trust,
)

GREEN = Lamp(LampState.OK, "")
_REMARKS = ("CRL_NONE", "CRL_OLD")
"""What an otherwise trusted signer's lamp may say: the office lives with it or the verifier refuses."""


class Got(Enum):
    """What came of a file that the lamp "read" speaks of."""

    READ = auto()
    ABSENT = auto()
    UNREADABLE = auto()
    NOT_ASKED = auto()
    """Not wanted, or not yet."""


_WITHOUT_SOD = {
    Got.ABSENT: Lamp(LampState.ABSENT, "SOD_ABSENT"),
    Got.UNREADABLE: Lamp(LampState.FAILED, "SOD_UNREADABLE"),
}


def light(dg13: Got, dg2: Got, sod: Got, passive: PassiveResult | None, chip: ChipResult) -> Lamps:
    """The lamps of a card whose DG1 could be read; ``passive`` is None while EF.SOD wasn't there."""
    intact = _WITHOUT_SOD.get(sod, Lamp()) if passive is None else _intact(passive)
    trusted = Lamp() if passive is None else _trusted(passive.trust)
    return Lamps(_read(dg13, dg2), intact, trusted, _genuine(chip, trusted))


def _read(dg13: Got, dg2: Got) -> Lamp:
    for name, got in (("DG13", dg13), ("DG2", dg2)):
        if got in (Got.ABSENT, Got.UNREADABLE):
            return Lamp(LampState.UNKNOWN, f"{name}_{got.name}")
    return GREEN


def _intact(passive: PassiveResult) -> Lamp:
    """Groups that are listed and weren't read (fingerprints) take nothing away."""
    groups = [finding for finding in passive.groups.values() if finding.step is not Step.NOT_DONE]
    return _worst(passive.content, passive.signature, *groups)


def _trusted(trust: Trust) -> Lamp:
    findings = (trust.chain, trust.validity, trust.revocation)
    worst = _worst(*(one for one in findings if one.why not in _REMARKS))
    if worst is not GREEN or trust.chain.step is not Step.OK:
        return worst
    return Lamp(LampState.OK, _remark(trust))


def _remark(trust: Trust) -> str:
    if trust.by == "gateway":
        return ""
    if trust.crl_days:
        return "CRL_OLD"
    return trust.revocation.why


def _genuine(chip: ChipResult, trusted: Lamp) -> Lamp:
    if chip.finding.step is Step.NOT_DONE:
        return Lamp(LampState.ABSENT, chip.finding.why or "NOT_TRIED")
    if chip.finding.step is Step.OK and trusted.state is not LampState.OK:
        return Lamp(LampState.UNKNOWN, "ISSUER_NOT_TRUSTED")
    return _worst(chip.finding)


def _worst(*findings: Finding) -> Lamp:
    """Red for anything that failed, amber for anything undecided, grey when nothing was tried."""
    for step, state in (
        (Step.FAILED, LampState.FAILED),
        (Step.NOT_POSSIBLE, LampState.UNKNOWN),
    ):
        for finding in findings:
            if finding.step is step:
                return Lamp(state, finding.why)
    if findings and all(finding.step is Step.NOT_DONE for finding in findings):
        return Lamp(LampState.ABSENT, findings[0].why or "NOT_TRIED")
    return GREEN
