"""ICAO Doc 9303-11, Appendix G.1: the published example of PACE (ECDH, generic mapping), byte for byte."""

from __future__ import annotations

import pytest

from devices.idcard import cardaccess, mrz, pace, symmetric
from devices.idcard.apdu import parse_command
from devices.idcard.api import CardKey
from devices.idcard.securemessaging import CipherKind, suite
from devices.idcard.virtual.pace import PaceRun
from tests.unit.idcard.test_icao_appendix_d import Randoms

KEY = CardKey("T22000129", "640812", "101031")
CARD_ACCESS = bytes.fromhex("31143012060A04007F0007020204020202010202010D")
INFO = cardaccess.parse(CARD_ACCESS).usable[0]
CURVE = INFO.domain
OID = "04007F00070202040202"
Z = "95A3A016522EE98D01E76CB6B98B42C3"
S = "3F00C4D39D153F2B2A214A078D899B22"
MAP_TERMINAL = "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99"
MAP_TERMINAL_PUBLIC = (
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
    "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
)
MAP_CHIP = "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560"
MAP_CHIP_PUBLIC = (
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
)
SHARED = (
    "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5"
    "0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181"
)
MAPPED = (
    "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2"
    "8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
)
TERMINAL = "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595"
TERMINAL_PUBLIC = (
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
)
CHIP = "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A"
CHIP_PUBLIC = (
    "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
    "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094"
)
SHARED_X = "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925"
KS_ENC, KS_MAC = "F5F0E35C0D7161EE6724EE513A0D9A7F", "FE251C7858B356B24514B3BD5F4297D1"
T_TERMINAL, T_CHIP = "C2B0BD78D94BA866", "3ABB9674BCE93C08"
SET_AT = f"0022C1A40F800A{OID}830101"
# Command and answer of the four GENERAL AUTHENTICATE.
TALK = (
    ("10860000027C0000", f"7C128010{Z}"),
    (f"10860000457C438141{MAP_TERMINAL_PUBLIC}00", f"7C438241{MAP_CHIP_PUBLIC}"),
    (f"10860000457C438341{TERMINAL_PUBLIC}00", f"7C438441{CHIP_PUBLIC}"),
    (f"008600000C7C0A8508{T_TERMINAL}00", f"7C0A8608{T_CHIP}"),
)


def point(text: str) -> tuple[int, int]:
    return CURVE.decode(bytes.fromhex(text))


def test_card_access():
    assert (INFO.oid.hex().upper(), INFO.parameter, INFO.kind) == (OID, 13, CipherKind.AES_128)
    assert CURVE.name == "brainpoolP256r1"
    assert cardaccess.build((bytes.fromhex(OID), 13)) == CARD_ACCESS


def test_password_and_nonce():
    assert mrz.information(KEY) == "T22000129364081251010318"
    password = mrz.password(KEY)
    assert password.hex().upper() == "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"
    key = INFO.kind.derive(password, symmetric.PASSWORD)
    assert key.hex().upper() == "89DED1B26624EC1E634C1989302849DD"
    assert pace.decrypt_nonce(INFO.kind, password, bytes.fromhex(Z)) == int(S, 16)
    assert pace.encrypt_nonce(INFO.kind, password, bytes.fromhex(S)).hex().upper() == Z


@pytest.mark.parametrize(
    ("base", "private", "public"),
    [
        (CURVE.g, MAP_TERMINAL, MAP_TERMINAL_PUBLIC),
        (CURVE.g, MAP_CHIP, MAP_CHIP_PUBLIC),
        (point(MAPPED), TERMINAL, TERMINAL_PUBLIC),
        (point(MAPPED), CHIP, CHIP_PUBLIC),
    ],
)
def test_public_keys(base, private, public):
    drawn, point = CURVE.key_pair(Randoms(private), base)
    assert drawn == int(private, 16)
    assert CURVE.encode(point).hex().upper() == public


def test_mapping():
    shared = CURVE.agree(int(MAP_TERMINAL, 16), point(MAP_CHIP_PUBLIC))
    assert CURVE.encode(shared).hex().upper() == SHARED
    assert shared == CURVE.agree(int(MAP_CHIP, 16), point(MAP_TERMINAL_PUBLIC))
    assert CURVE.encode(CURVE.mapped(int(S, 16), shared)).hex().upper() == MAPPED


def test_session_keys_and_tokens():
    secret = CURVE.secret(int(TERMINAL, 16), point(CHIP_PUBLIC))
    assert secret.hex().upper() == SHARED_X
    keys = suite(INFO.kind, secret)
    assert (keys._enc.hex().upper(), keys._mac.hex().upper()) == (KS_ENC, KS_MAC)
    for public, expected in ((CHIP_PUBLIC, T_TERMINAL), (TERMINAL_PUBLIC, T_CHIP)):
        assert pace.token(keys, INFO, bytes.fromhex(public)).hex().upper() == expected


@pytest.mark.parametrize("name_parameter", [False, True])
def test_terminal_opens_the_chip_with_these_bytes(name_parameter):
    sent = []
    answers = ["", *(answer for _, answer in TALK)]

    def chip(apdu: bytes) -> bytes:
        sent.append(apdu.hex().upper())
        return bytes.fromhex(answers[len(sent) - 1] + "9000")

    channel = pace.open_chip(chip, INFO, KEY, Randoms(MAP_TERMINAL, TERMINAL), name_parameter)
    first = f"0022C1A412800A{OID}83010184010D" if name_parameter else SET_AT
    assert sent == [first, *(command for command, _ in TALK)]
    assert (channel._count, channel._size) == (0, 16)


def test_chip_answers_with_these_bytes():
    run = PaceRun(INFO, mrz.password(KEY), Randoms(S, MAP_CHIP, CHIP))
    for sent, expected in TALK:
        assert run.channel is None
        command = parse_command(bytes.fromhex(sent))
        assert command is not None
        assert run.answer(command).encode().hex().upper() == expected + "9000"
    assert run.channel is not None
