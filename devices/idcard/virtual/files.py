"""The files on the virtual card, sound or spoilt as the switches say."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from devices.idcard import dg2, dg11, dg12, lds, mrz, tlv
from devices.idcard.lds import COM, DG1, DG2, DG11, DG12, DG13, DG14, DG15, SOD, File
from devices.idcard.virtual import chip, portrait, sod
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson

_OTHER_NUMBER = "001300054321"
_GARBAGE = bytes.fromhex("6D0C300A0201013105020101DEAD")
_HEADER_BYTES = 6
_GROUPS = (DG1, DG2, DG11, DG12, DG13, DG14, DG15)


def build(person: VirtualPerson, switches: Switches) -> dict[int, bytes]:
    """File contents by identifier; DG3 isn't among them, the card refuses it unread."""
    if switches.mrz_no_expiry:
        person = person.with_expiry(mrz.NO_EXPIRY)
    groups = {1: _dg1(person, switches), 2: _dg2(switches)} | chip.groups(switches)
    if not switches.no_dg13:
        groups[13] = _dg13(person, switches)
    if switches.dg11:
        groups[11] = dg11.build(person.details())
    if switches.dg12:
        groups[12] = dg12.build(person.document())
    groups = {number: _spoil(number, data, switches) for number, data in groups.items()}
    # DG3 is listed and hashed like on a real card, though nobody may read it.
    hashed = groups | {3: hashlib.sha256(b"synthetic fingerprints").digest()}
    files: dict[File, bytes] = {COM: lds.build_com(tuple(sorted(hashed)))}
    if not switches.no_sod:
        files[SOD] = sod.build(hashed, switches)
    files |= {file: groups[file.group] for file in _GROUPS if file.group in groups}
    return {file.fid: data for file, data in files.items()}


def _dg1(person: VirtualPerson, switches: Switches) -> bytes:
    lines = person.lines()
    if switches.mrz_bad_check:
        # The composite check digit ends the second line, whatever the form.
        two = lines[1]
        lines = (lines[0], two[:-1] + str((int(two[-1]) + 1) % 10), *lines[2:])
    return lds.build_dg1(lines)


def _dg13(person: VirtualPerson, switches: Switches) -> bytes:
    if switches.garbage_dg13:
        return _GARBAGE
    if switches.dg1_dg13_mismatch:
        person = replace(person, number=_OTHER_NUMBER)
    if switches.dg13_text_expiry:
        person = replace(person, expires="Không thời hạn")
    return person.dg13(not switches.dg13_no_oid, switches.dg13_plain_parents)


def _dg2(switches: Switches) -> bytes:
    if switches.dg2_broken:
        return portrait.broken_group()
    if switches.dg2_huge:
        return portrait.huge_group()
    if switches.dg2_39794:
        return dg2.wrap(tlv.build(0x7F2E, bytes(500)))
    return portrait.group(switches.dg2_jpeg)


def _spoil(number: int, data: bytes, switches: Switches) -> bytes:
    tag = data[:1]
    if number == switches.absurd_length:
        return tag + b"\x83\xff\xff\xff" + data[_HEADER_BYTES:]
    if number == switches.long_dg:
        return tag + b"\x82\xff\xff" + data[_HEADER_BYTES:]
    if number == switches.truncated_dg:
        return data[: len(data) * 2 // 3]
    return data
