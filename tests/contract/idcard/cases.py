"""Every switch of the virtual card and what a reader must make of it: one table for all drivers."""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.idcard.api import LampState

OK, FAILED, UNKNOWN, ABSENT = LampState.OK, LampState.FAILED, LampState.UNKNOWN, LampState.ABSENT
GREEN = (OK, OK, OK, OK)
"""read, intact, trusted, genuine."""


@dataclass(frozen=True)
class Case:
    """``fault`` ends the reading; else lamps, warnings and mismatches are as told.

    ``key``: ``can`` or ``key`` (everything printed). ``whys`` are the reasons of lamps that aren't
    plainly ok, in order. ``expired`` cards are read all the same.
    """

    switches: dict[str, object]
    key: str = "can"
    fault: str = ""
    access: str = "PACE-CAN"
    lamps: tuple[LampState, LampState, LampState, LampState] = GREEN
    whys: tuple[str, ...] = ()
    chip: str = "CA"
    warnings: tuple[str, ...] = ()
    mismatches: tuple[str, ...] = ()
    portrait: bool = True
    zone: tuple[str, ...] = field(default=())
    """Warnings of the machine-readable zone."""

    @property
    def lifted(self) -> bool:
        """Whether the card has to be laid down anew before it is read again."""
        return any(name.endswith("_after") for name in self.switches)

    def __str__(self) -> str:
        return "-".join(f"{name}={value}" for name, value in self.switches.items()) or "as-issued"


BAC = {"key": "key", "access": "BAC"}
NO_DG13 = (UNKNOWN, OK, OK, OK)

CASES = [
    Case({}),
    Case({}, key="key", access="PACE-MRZ"),
    Case({"latency_ms": 0.1}),
    # Access.
    Case({"wrong_can": True}, fault="WRONG_KEY"),
    Case({"wrong_mrz": True}, key="key", fault="WRONG_KEY"),
    Case({"wrong_tries_left": 3}, fault="WRONG_KEY"),
    Case({"no_pace": True}, fault="PACE_UNSUPPORTED"),
    Case({"no_pace": True}, **BAC),
    Case({"no_bac": True}, key="key", access="PACE-MRZ"),
    Case({"no_bac": True, "no_pace": True}, key="key", fault="CARD_UNSUPPORTED"),
    Case({"pace_6982": True}, fault="PACE_UNSUPPORTED"),
    Case({"pace_6982": True}, warnings=("PACE: PACE_UNSUPPORTED",), **BAC),
    Case({"pace_cipher": "unknown"}, warnings=("PACE: PACE_UNSUPPORTED",), **BAC),
    *(
        Case({"pace_param": parameter, "pace_cipher": cipher})
        for parameter, cipher in (
            (0, "aes128"), (1, "3des"), (2, "aes256"), (12, "3des"), (13, "aes128"),
            (14, "aes192"), (15, "aes256"), (16, "3des"), (17, "aes256"), (18, "aes192"),
        )
    ),
    Case({"pace_param": 31}, fault="PACE_UNSUPPORTED"),
    Case({"not_emrtd": True}, fault="CARD_UNSUPPORTED"),
    # Reading.
    Case({"max_le": 223}),
    Case({"max_le": 160}),
    Case({"max_le": 160, "max_le_mode": "6c"}),
    Case({"select_mf_6d00": False}),
    Case({"no_extended": True}),
    Case({"short_reads": 100}),
    Case({"eof_6282": True}),
    Case({"tear_after": 20}, fault="CARD_REMOVED"),
    Case({"reset_after": 12}),
    Case({"bad_mac_after": 9}, fault="CHIP_MAC_ERROR"),
    Case({"truncated_dg": 1}, fault="TLV_BROKEN"),
    Case({"long_dg": 1}, fault="FILE_TOO_LARGE"),
    Case({"absurd_length": 1}, fault="FILE_TOO_LARGE"),
    # Data.
    Case({"no_dg13": True}, lamps=NO_DG13, whys=("DG13_ABSENT",)),
    Case({"garbage_dg13": True}, lamps=NO_DG13, whys=("DG13_UNREADABLE",), warnings=("DG13: TLV_BROKEN",)),
    Case({"dg13_no_oid": True}),
    Case({"dg13_plain_parents": True}),
    Case({"dg13_text_expiry": True}, mismatches=("dg13_expiry",)),
    Case({"mrz_no_expiry": True}),
    Case({"mrz_bad_check": True}, zone=("composite",)),
    Case({"dg1_dg13_mismatch": True}, mismatches=("dg13_number",)),
    Case({"dg2_jpeg": True}),
    Case({"dg2_huge": True}, portrait=False, lamps=NO_DG13, whys=("DG2_UNREADABLE",), warnings=("DG2: TLV_BROKEN",)),
    Case({"dg2_broken": True}, portrait=False, lamps=NO_DG13, whys=("DG2_UNREADABLE",), warnings=("DG2: TLV_BROKEN",)),
    Case({"dg2_39794": True}, portrait=False, lamps=NO_DG13, whys=("DG2_UNREADABLE",), warnings=("DG2: PORTRAIT_UNSUPPORTED",)),
    Case({"dg11": True, "dg12": True}),
    # Signature and trust.
    Case({"no_sod": True}, lamps=(OK, ABSENT, ABSENT, ABSENT), whys=("SOD_ABSENT", "NOT_TRIED", "NOT_TRIED"), chip=""),
    Case({"sod_wrong_hash": 13}, lamps=(OK, FAILED, OK, OK), whys=("GROUP_HASH",)),
    Case({"sod_wrong_hash": 14}, lamps=(OK, FAILED, OK, OK), whys=("GROUP_HASH",), chip="AA"),
    Case({"sod_missing_group": 13}, lamps=(OK, UNKNOWN, OK, OK), whys=("GROUP_NOT_LISTED",)),
    Case({"sod_bad_signature": True}, lamps=(OK, FAILED, UNKNOWN, UNKNOWN), whys=("SIGNATURE", "SIGNER_UNPROVED", "KEY_NOT_SIGNED"), chip=""),
    Case({"unknown_csca": True}, lamps=(OK, OK, UNKNOWN, UNKNOWN), whys=("CSCA_UNKNOWN", "ISSUER_NOT_TRUSTED")),
    Case({"expired_dsc": True}),
    Case({"expired_at_issue": True}, lamps=(OK, OK, FAILED, UNKNOWN), whys=("EXPIRED_AT_ISSUE", "ISSUER_NOT_TRUSTED")),
    Case({"revoked_dsc": True}, lamps=(OK, OK, FAILED, UNKNOWN), whys=("DSC_REVOKED", "ISSUER_NOT_TRUSTED")),
    Case({"link_cert": True}),
    Case({"explicit_ec": True}),
    Case({"brainpool": True}),
    Case({"pss": True}),
    # Is the chip a copy?
    *(Case({"ca_cipher": cipher}) for cipher in ("3des", "aes128", "aes192", "aes256")),
    Case({"ca_cipher": "unknown"}, chip="AA"),
    Case({"ca_dh": True}),
    Case({"ca_no_info": True}),
    Case({"no_ca": True}, chip="AA"),
    Case({"no_ca": True, "aa_sha256": True}, chip="AA"),
    Case({"no_ca": True, "aa_ecdsa": True}, chip="AA"),
    Case({"no_ca": True, "no_aa": True}, lamps=(OK, OK, OK, ABSENT), whys=("NOT_OFFERED",), chip=""),
    Case({"ca_wrong_key": True}, lamps=(OK, OK, OK, FAILED), whys=("CHIP_PROOF_FAILED",)),
    Case({"no_ca": True, "aa_wrong_signature": True}, lamps=(OK, OK, OK, FAILED), whys=("AA_SIGNATURE",), chip="AA"),
    Case({"clone": True}, lamps=(OK, OK, OK, FAILED), whys=("AA_REFUSED",), chip="AA"),
]  # fmt: skip
APART = {"hang_after"}
"""Switches with a test of their own."""
