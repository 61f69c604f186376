"""What can be wrong or different with the virtual card: one switch each, all off by default."""

from __future__ import annotations

from dataclasses import dataclass, fields

CIPHERS = ("3des", "aes128", "aes192", "aes256", "unknown")
"""Values of ``pace_cipher``; ``unknown`` announces an identifier nobody has."""
LARGEST_PARAMETER = 31


@dataclass
class Switches:
    """Numbers count APDUs (``…_after``), bytes or milliseconds; 0 is off, except ``latency_ms``.

    Without any the card offers PACE (AES-128 over P-256) and BAC.
    """

    latency_ms: float = 0.0
    wrong_mrz: bool = False
    """Access control with the machine-readable zone always answers 6300."""
    wrong_can: bool = False
    """PACE with the card access number always answers 6300."""
    wrong_tries_left: int = 0
    """Every PACE is refused: with 63Cn, counting down, and with 6983 when no try is left."""
    no_pace: bool = False
    """No EF.CardAccess (6A82) and no PACE: BAC only."""
    no_bac: bool = False
    """BAC is refused: PACE only."""
    pace_6982: bool = False
    """PACE is offered and then denied with 6982; BAC works."""
    pace_param: int = 12
    """The standardized domain parameter announced: 8 to 18 are curves; others aren't known here."""
    pace_cipher: str = "aes128"
    """Announced for PACE: one of `CIPHERS`."""
    max_le: int = 0
    """READ BINARY asking for more is refused with 6700."""
    max_le_6c: bool = False
    """… with 6Cxx instead."""
    no_extended: bool = False
    """Extended APDUs answer a bare 6700."""
    short_reads: int = 0
    """READ BINARY gives at most so many bytes, with 9000."""
    eof_6282: bool = False
    """A read past the end of the file answers 6282 with the data."""
    tear_after: int = 0
    """The card is lifted after so many APDUs."""
    hang_after: int = 0
    """No answer any more after so many APDUs."""
    reset_after: int = 0
    """Secure messaging is lost, once, after so many APDUs."""
    bad_mac_after: int = 0
    """Answers carry a wrong MAC after so many APDUs."""
    truncated_dg: int = 0
    """This data group is shorter than it announces."""
    long_dg: int = 0
    """This data group announces more than the limit for its kind."""
    absurd_length: int = 0
    """This data group announces 16 MB."""
    no_dg13: bool = False
    garbage_dg13: bool = False
    dg13_no_oid: bool = False
    """DG13 without version and OID."""
    dg13_plain_parents: bool = False
    """Fields 13 and 14 as plain strings."""
    dg13_text_expiry: bool = False
    """DG13 says "Không thời hạn"."""
    mrz_bad_check: bool = False
    """The composite check digit is wrong."""
    mrz_no_expiry: bool = False
    """The zone says 991231, DG13 "Không thời hạn"."""
    dg1_dg13_mismatch: bool = False
    """DG13 holds another number than DG1."""
    dg2_jpeg: bool = False
    dg2_broken: bool = False
    """The portrait is cut and spoilt inside."""
    dg2_huge: bool = False
    """The portrait says 25 megapixels."""
    dg2_39794: bool = False
    """The portrait record is ISO/IEC 39794-5."""
    dg11: bool = False
    """The card has DG11 (additional personal details)."""
    dg12: bool = False
    """The card has DG12 (additional document details)."""
    no_sod: bool = False
    sod_wrong_hash: int = 0
    """EF.SOD holds another hash for this data group."""
    sod_missing_group: int = 0
    """EF.SOD doesn't list this data group."""
    sod_bad_signature: bool = False
    unknown_csca: bool = False
    """The document signer was signed by a country signer that nobody has imported."""
    expired_dsc: bool = False
    """The document signer has run out since; it was valid when the card was issued."""
    expired_at_issue: bool = False
    """The document signer had run out before the card was issued."""
    revoked_dsc: bool = False
    """The document signer stands on the list of revoked certificates."""
    link_cert: bool = False
    """The country signer is a new one, vouched for by a link certificate of the one that is trusted."""
    explicit_ec: bool = False
    """The signers' keys write out the parameters of their curves."""
    brainpool: bool = False
    """The signers' keys are on brainpool curves."""
    pss: bool = False
    """The signers' keys are RSA, their signatures RSASSA-PSS."""
    no_aa: bool = False
    """No DG15 and no active authentication."""
    aa_ecdsa: bool = False
    """Active authentication with ECDSA instead of RSA."""
    aa_sha256: bool = False
    """… with SHA-256 in the RSA signature instead of SHA-1."""
    aa_wrong_signature: bool = False
    """Active authentication answers with a signature of another key."""
    no_ca: bool = False
    """No DG14 and no chip authentication."""
    ca_cipher: str = "aes128"
    """Announced for chip authentication: one of `CIPHERS`."""
    ca_dh: bool = False
    """Chip authentication over a group of whole numbers instead of a curve."""
    ca_no_info: bool = False
    """DG14 holds the key but no ChipAuthenticationInfo."""
    ca_wrong_key: bool = False
    """The chip's private key doesn't belong to the one in DG14."""
    clone: bool = False
    """Files copied from a genuine card; the private keys stayed behind."""
    not_emrtd: bool = False
    """SELECT application answers 6A82."""


def parse(words: list[str]) -> Switches:
    """Switches from ``name`` and ``name=number`` words. Raises ValueError naming what is allowed."""
    switches = Switches()
    known = {field.name: type(getattr(switches, field.name)) for field in fields(Switches)}
    for word in words:
        name, _, value = word.partition("=")
        if name not in known:
            raise ValueError(f"unknown fault {name!r}; allowed: {', '.join(sorted(known))}")
        if known[name] is bool:
            if value not in ("", "true", "false"):
                raise ValueError(f"{name} takes no number")
            setattr(switches, name, value != "false")
            continue
        try:
            setattr(switches, name, known[name](value))
        except ValueError:
            raise ValueError(f"{name} needs a number, as in {name}=5") from None
    for name in ("pace_cipher", "ca_cipher"):
        if getattr(switches, name) not in CIPHERS:
            raise ValueError(f"{name} is one of {', '.join(CIPHERS)}")
    if not 0 <= switches.pace_param <= LARGEST_PARAMETER:
        raise ValueError(f"pace_param is 0 to {LARGEST_PARAMETER}")
    return switches
