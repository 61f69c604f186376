"""Parsers of what a chip sends: never anything but a `Fault`, never without end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import cardaccess, dg2, dg11, dg12, dg13, lds, mrz, pace, tlv
from devices.idcard.apdu import Response, parse_command
from devices.idcard.dg11 import PersonalDetails
from devices.idcard.dg12 import DocumentDetails
from devices.idcard.securemessaging import CardChannel, TerminalChannel, TripleDesSuite
from devices.idcard.virtual import portrait
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.files import build
from devices.idcard.virtual.person import VirtualPerson

FILES = build(VirtualPerson(), Switches(dg2_jpeg=True))


def walk(data: bytes) -> None:
    def down(node: tlv.Node) -> None:
        for child in node.children():
            down(child)

    down(tlv.parse(data))


def face(data: bytes) -> None:
    dg2.decode(dg2.parse(data))


def answer(data: bytes) -> None:
    TerminalChannel(TripleDesSuite.from_seed(bytes(16)), bytes(8)).unwrap(Response(data, 0x9000))


def command(data: bytes) -> None:
    found = parse_command(data)
    if found is not None:
        CardChannel(TripleDesSuite.from_seed(bytes(16)), bytes(8)).unwrap(found)


def dynamic(data: bytes) -> None:
    pace.element(data, pace.NONCE)


def zone(data: bytes) -> None:
    mrz.parse(data.decode("latin-1"))


PARSERS: list[tuple[Callable[[bytes], object], bytes]] = [
    (walk, FILES[lds.DG13.fid]),
    (lds.parse_com, FILES[lds.COM.fid]),
    (lds.parse_dg1, FILES[lds.DG1.fid]),
    (dg13.parse, FILES[lds.DG13.fid]),
    (dg11.parse, dg11.build(PersonalDetails(full_name="Mẫu", other_names=("A", "B")))),
    (dg12.parse, dg12.build(DocumentDetails(authority="Cơ quan", issued="20210510"))),
    (dg2.parse, FILES[lds.DG2.fid]),
    (zone, "".join(VirtualPerson().lines()).encode()),
    (zone, "".join(mrz.build_td3("1", "000302", "F", "250302", "A<<B", issuer="UTO")).encode()),
    (cardaccess.parse, bytes.fromhex("31143012060A04007F0007020204020202010202010C")),
    (dynamic, bytes.fromhex("7C12801095A3A016522EE98D01E76CB6B98B42C3")),
    (answer, bytes.fromhex("8709019FF0EC34F9922651990290008E08AD55CC17140B2D")),
    (command, bytes.fromhex("0CB000000D9701048E08ED6705417E96BA5500")),
]


def survives(parser: Callable[[bytes], object], data: bytes) -> None:
    try:
        parser(data)
    except Fault as fault:
        assert len(fault.detail) < 120  # noqa: PT017  # whatever is raised is ours


@pytest.mark.parametrize(("parser", "good"), PARSERS, ids=lambda p: getattr(p, "__name__", ""))
@settings(deadline=None)
@given(data=st.data())
def test_random_and_flipped_bytes(parser, good, data):
    survives(parser, data.draw(st.binary(max_size=300)))
    flipped = bytearray(good[:2000] if parser is not dg2.parse else good)
    for at in data.draw(st.lists(st.integers(0, min(len(flipped), 500) - 1), max_size=4)):
        flipped[at] ^= data.draw(st.integers(1, 255))
    survives(parser, bytes(flipped))
    survives(parser, bytes(flipped[: data.draw(st.integers(0, len(flipped)))]))


@settings(deadline=None)
@given(at=st.integers(0, 2000), change=st.binary(min_size=1, max_size=8), jpeg=st.booleans())
@example(at=0, change=b"\x00", jpeg=False)
def test_spoilt_pictures(at, change, jpeg):
    data = bytearray(portrait.picture(jpeg)[:4000])
    data[at : at + len(change)] = change
    group = dg2.build(bytes(data), 480, 640, not jpeg)
    survives(face, group)


@pytest.mark.parametrize("good", [data for _, data in PARSERS[1:4]], ids=["com", "dg1", "dg13"])
def test_every_cut(good):
    for end in range(len(good)):
        for parser in (lds.parse_com, lds.parse_dg1, dg13.parse):
            with pytest.raises(Fault):
                parser(good[:end])
