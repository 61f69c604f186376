"""What a reading gave: one JSON object for programs, a few lines for people."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from devices.idcard import mrz
from devices.idcard.api import (
    CardData,
    ChipResult,
    Citizen,
    Finding,
    Lamp,
    LampState,
    Mrz,
    PassiveResult,
    Step,
)

LAMPS = {
    "read": "Data could be read",
    "intact": "Data are as signed",
    "trusted": "Signer is trusted",
    "genuine": "Chip is the original",
}
STATES = {
    LampState.OK: "yes",
    LampState.FAILED: "NO",
    LampState.UNKNOWN: "not confirmed",
    LampState.ABSENT: "not checked",
}
_HASH_OK = {Step.OK: True, Step.FAILED: False}


def described(card: CardData) -> dict[str, object]:
    """Everything but the raw files, of which sizes and hashes are given.

    ``hash_ok`` of a group is null when EF.SOD couldn't say: there is none, or it doesn't list it.
    """
    return {
        "access": card.access,
        "reader": card.reader,
        "atr": card.atr.hex(),
        "apdus": card.apdus,
        "seconds": round(card.seconds, 3),
        "mrz": _zone(card.mrz),
        "person": card.citizen and _citizen(card.citizen),
        "details": {"person": _details(card.personal), "document": _details(card.document)},
        "photo": card.face and {"format": card.face.media_type, **_sized(card.face.data)},
        "groups": {
            str(number): {**_sized(data), "hash_ok": _hash_ok(card.passive, number)}
            for number, data in sorted(card.groups.items())
        },
        "sod": card.sod and _sized(card.sod),
        "lamps": {name: _lamp(getattr(card.lamps, name)) for name in LAMPS},
        "passive": _passive(card.passive),
        "chip": _chip(card.chip),
        "mismatches": list(card.mismatches),
        "warnings": list(card.warnings),
    }


def readable(card: CardData) -> str:
    """The four lamps in words, then the person and whatever didn't fit."""
    lines = [f"{card.access}, {card.apdus} APDUs, {card.seconds:.2f} s"]
    for name, words in LAMPS.items():
        lamp: Lamp = getattr(card.lamps, name)
        why = f" ({lamp.why})" if lamp.why else ""
        lines.append(f"{words + ':':<22}{STATES[lamp.state]}{why}")
    person = _citizen(card.citizen) if card.citizen else _zone(card.mrz)
    skip = ("unknown", "lines", "warnings", "name_cut")
    lines += [f"{name}: {value}" for name, value in person.items() if value and name not in skip]
    for name, values in (
        ("Contradictions", card.mismatches),
        ("Machine-readable zone", card.mrz.warnings),
        ("Warnings", card.warnings),
    ):
        if values:
            lines.append(f"{name}: {', '.join(values)}")
    return "\n".join(lines)


def _sized(data: bytes) -> dict[str, object]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _hash_ok(passive: PassiveResult, number: int) -> bool | None:
    finding = passive.groups.get(number)
    return _HASH_OK.get(finding.step) if finding else None


def _zone(zone: Mrz) -> dict[str, object]:
    found = {**vars(zone), "lines": list(zone.lines), "warnings": list(zone.warnings)}
    return {**found, "name_cut": mrz.name_cut(zone)}


def _citizen(citizen: Citizen) -> dict[str, object]:
    return {**vars(citizen), "unknown": _raw(citizen.unknown)}


def _details(found: object | None) -> dict[str, object] | None:
    """DG11 or DG12, unknown objects by tag in hex."""
    if found is None:
        return None
    values = dict(vars(found))
    unknown = values.pop("unknown")
    return {**values, "unknown": {f"{tag:X}": raw.hex() for tag, raw in unknown.items()}}


def _raw(unknown: Mapping[int, bytes]) -> dict[str, str]:
    return {str(number): raw.hex() for number, raw in unknown.items()}


def _lamp(lamp: Lamp) -> dict[str, str]:
    return {"state": lamp.state.value, "why": lamp.why}


def _finding(finding: Finding) -> dict[str, str]:
    return {"step": finding.step.value, "why": finding.why}


def _passive(passive: PassiveResult) -> dict[str, object]:
    trust = passive.trust
    return {
        "content": _finding(passive.content),
        "signature": _finding(passive.signature),
        "chain": _finding(trust.chain),
        "validity": _finding(trust.validity),
        "revocation": _finding(trust.revocation),
        "groups": {str(number): _finding(one) for number, one in sorted(passive.groups.items())},
        "com": _finding(passive.com),
        "certificate_sha256": passive.certificate_sha256,
        "csca_sha256": trust.csca_sha256,
        "crl_days": trust.crl_days,
        "by": trust.by,
        "hash_algorithm": passive.hash_algorithm,
        "signature_algorithm": passive.signature_algorithm,
    }


def _chip(chip: ChipResult) -> dict[str, object]:
    return {
        "method": chip.method,
        **_finding(chip.finding),
        "detail": chip.detail,
        "warnings": list(chip.warnings),
    }
