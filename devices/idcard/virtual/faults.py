"""What can be wrong or different with the virtual card: one switch each."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TypeVar

CIPHERS = ("3des", "aes128", "aes192", "aes256", "unknown")
"""Values of ``pace_cipher``; ``unknown`` announces an identifier nobody has."""
WORDS = {"pace_cipher": CIPHERS, "ca_cipher": CIPHERS, "max_le_mode": ("6700", "6c")}
"""Switches that take one of a few words."""
GROUPS = (1, 2, 11, 12, 13, 14, 15)
"""Data groups that the card may have; 0 is none."""
_GROUP_SWITCHES = (
    "truncated_dg",
    "long_dg",
    "absurd_length",
    "sod_wrong_hash",
    "sod_missing_group",
)
LARGEST_PARAMETER = 31
LARGEST_NUMBER = 1_000_000
_ALONE = {"absurd_length": "13"}
"""What a switch with a number means without one."""


T = TypeVar("T")


def _switch(default: T, meaning: str) -> T:
    """A field with the words that `meanings` gives."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass
class Switches:
    """Numbers count APDUs (``…_after``), bytes, milliseconds or data groups; 0 is off.

    As they are the card is one as issued: PACE (AES-128 over P-256) and BAC, chip authentication,
    active authentication (RSA), a master file that can't be selected.
    """

    latency_ms: float = _switch(
        0.0, "Every APDU takes so many milliseconds longer; 8 and 15 are realistic."
    )
    wrong_mrz: bool = _switch(
        False, "Access control with the machine-readable zone always answers 6300."
    )
    wrong_can: bool = _switch(False, "PACE with the card access number always answers 6300.")
    wrong_tries_left: int = _switch(
        0, "Every PACE is refused: with 63Cn, counting down, and with 6983 when no try is left."
    )
    no_pace: bool = _switch(False, "No EF.CardAccess (6A82) and no PACE: BAC only.")
    no_bac: bool = _switch(False, "BAC is refused: PACE only.")
    pace_6982: bool = _switch(False, "PACE is offered and then denied with 6982; BAC works.")
    pace_param: int = _switch(
        12,
        "The standardized domain parameter announced: 0 to 2 are groups, 8 to 18 curves; others aren't known here.",
    )
    pace_cipher: str = _switch(
        "aes128",
        "Announced for PACE: 3des, aes128, aes192, aes256 or unknown (an identifier nobody has).",
    )
    select_mf_6d00: bool = _switch(
        True,
        "SELECT of the master file answers 6D00, as Vietnamese cards are said to; =false: 9000.",
    )
    max_le: int = _switch(0, "READ BINARY asking for more is refused.")
    max_le_mode: str = _switch("6700", "How max_le refuses: 6700 or 6c (6Cxx with the length).")
    no_extended: bool = _switch(False, "Extended APDUs answer a bare 6700.")
    short_reads: int = _switch(0, "READ BINARY gives at most so many bytes, with 9000.")
    eof_6282: bool = _switch(False, "A read past the end of the file answers 6282 with the data.")
    tear_after: int = _switch(0, "The card is lifted after so many APDUs.")
    hang_after: int = _switch(0, "No answer any more after so many APDUs.")
    reset_after: int = _switch(0, "Secure messaging is lost, once, after so many APDUs.")
    bad_mac_after: int = _switch(0, "Answers carry a wrong MAC after so many APDUs.")
    truncated_dg: int = _switch(0, "This data group is shorter than it announces.")
    long_dg: int = _switch(0, "This data group announces more than the limit for its kind.")
    absurd_length: int = _switch(0, "This data group (alone: 13) announces 16 MB.")
    no_dg13: bool = _switch(False, "No DG13, and EF.SOD lists none.")
    garbage_dg13: bool = _switch(False, "DG13 holds nothing that can be read.")
    dg13_no_oid: bool = _switch(False, "DG13 without version and OID.")
    dg13_plain_parents: bool = _switch(False, "Fields 13 and 14 as plain strings.")
    dg13_text_expiry: bool = _switch(False, 'DG13 says "Không thời hạn".')
    mrz_bad_check: bool = _switch(False, "The composite check digit is wrong.")
    mrz_no_expiry: bool = _switch(False, 'The zone says 991231, DG13 "Không thời hạn".')
    dg1_dg13_mismatch: bool = _switch(False, "DG13 holds another number than DG1.")
    dg2_jpeg: bool = _switch(False, "The portrait is JPEG instead of JPEG 2000.")
    dg2_broken: bool = _switch(False, "The portrait is cut and spoilt inside.")
    dg2_huge: bool = _switch(False, "The portrait says 25 megapixels.")
    dg2_39794: bool = _switch(False, "The portrait record is ISO/IEC 39794-5.")
    dg11: bool = _switch(False, "The card has DG11 (additional personal details).")
    dg12: bool = _switch(False, "The card has DG12 (additional document details).")
    no_sod: bool = _switch(False, "No EF.SOD.")
    sod_wrong_hash: int = _switch(0, "EF.SOD holds another hash for this data group.")
    sod_missing_group: int = _switch(0, "EF.SOD doesn't list this data group.")
    sod_bad_signature: bool = _switch(False, "The signature in EF.SOD is wrong.")
    unknown_csca: bool = _switch(
        False, "The document signer was signed by a country signer that nobody has imported."
    )
    expired_dsc: bool = _switch(
        False, "The document signer has run out since; it was valid when the card was issued."
    )
    expired_at_issue: bool = _switch(
        False, "The document signer had run out before the card was issued."
    )
    revoked_dsc: bool = _switch(
        False, "The document signer stands on the list of revoked certificates."
    )
    link_cert: bool = _switch(
        False,
        "The country signer is a new one, vouched for by a link certificate of the one that is trusted.",
    )
    explicit_ec: bool = _switch(
        False, "The signers' keys write out the parameters of their curves."
    )
    brainpool: bool = _switch(False, "The signers' keys are on brainpool curves.")
    pss: bool = _switch(False, "The signers' keys are RSA, their signatures RSASSA-PSS.")
    no_aa: bool = _switch(False, "No DG15 and no active authentication.")
    aa_ecdsa: bool = _switch(False, "Active authentication with ECDSA instead of RSA.")
    aa_sha256: bool = _switch(False, "… with SHA-256 in the RSA signature instead of SHA-1.")
    aa_wrong_signature: bool = _switch(
        False, "Active authentication answers with a signature of another key."
    )
    no_ca: bool = _switch(False, "No DG14 and no chip authentication.")
    ca_cipher: str = _switch(
        "aes128",
        "Announced for chip authentication: 3des, aes128, aes192, aes256 or unknown (an identifier nobody has).",
    )
    ca_dh: bool = _switch(
        False, "Chip authentication over a group of whole numbers instead of a curve."
    )
    ca_no_info: bool = _switch(False, "DG14 holds the key but no ChipAuthenticationInfo.")
    ca_wrong_key: bool = _switch(False, "The chip's private key doesn't belong to the one in DG14.")
    clone: bool = _switch(
        False, "Files copied from a genuine card; the private keys stayed behind."
    )
    not_emrtd: bool = _switch(False, "SELECT application answers 6A82.")


def meanings() -> dict[str, str]:
    """Every switch with what it does, as the command line takes it: ``tear_after=N``."""
    return {_spelled(one.name, one.default): one.metadata["meaning"] for one in fields(Switches)}


def _spelled(name: str, default: object) -> str:
    if isinstance(default, bool):
        return name
    return f"{name}=WORD" if isinstance(default, str) else f"{name}=N"


def parse(words: list[str]) -> Switches:
    """Switches from ``name`` and ``name=value`` words. Raises ValueError naming what is allowed."""
    switches = Switches()
    known = {field.name: type(getattr(switches, field.name)) for field in fields(Switches)}
    for word in words:
        name, _, value = word.partition("=")
        if name not in known:
            raise ValueError(f"unknown fault {name!r}; allowed: {', '.join(sorted(known))}")
        setattr(switches, name, _value(name, known[name], value))
    for name, allowed in WORDS.items():
        if getattr(switches, name) not in allowed:
            raise ValueError(f"{name} is one of {', '.join(allowed)}")
    if switches.pace_param > LARGEST_PARAMETER:
        raise ValueError(f"pace_param is 0 to {LARGEST_PARAMETER}")
    for name in _GROUP_SWITCHES:
        if getattr(switches, name) not in (0, *GROUPS):
            raise ValueError(f"{name} is a data group: {', '.join(map(str, GROUPS))}")
    if not switches.max_le and any(word.startswith("max_le_mode=") for word in words):
        raise ValueError("max_le_mode does nothing without max_le")
    return switches


def _value(name: str, kind: type, value: str) -> bool | float | str:
    if kind is bool:
        if value not in ("", "true", "false"):
            raise ValueError(f"{name} takes no number")
        return value != "false"
    if kind is str:
        return value
    try:
        number: float = kind(value or _ALONE.get(name, ""))
    except ValueError:
        number = -1
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(f"{name} needs a number, as in {name}=5")
    return number
