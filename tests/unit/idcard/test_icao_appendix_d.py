"""ICAO Doc 9303-11, Appendix D: the published example of BAC and secure messaging, byte for byte."""

from __future__ import annotations

from devices.idcard import bac, mrz
from devices.idcard.apdu import Command, Response, exchange, parse_command, parse_response
from devices.idcard.api import CardKey
from devices.idcard.securemessaging import CardChannel, TerminalChannel, TripleDesSuite

KEY = CardKey("L898902C<", "690806", "940623")
K_ENC = "AB94FDECF2674FDFB9B391F85D7F76F2"
K_MAC = "7962D9ECE03D1ACD4C76089DCE131543"
RND_IC, RND_IFD = "4608F91988702212", "781723860C06C226"
K_IFD, K_IC = "0B795240CB7049B01C19B33E32804F0B", "0B4F80323EB3191CB04970CB4052790B"
E_IFD = "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"
M_IFD = "5F1448EEA8AD90A7"
ANSWER = "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449"
SEED = bytes.fromhex("0036D272F5C350ACAC50C3F572D23600")
SSC = bytes.fromhex("887022120C06C226")
SELECT_COM = bytes.fromhex("00A4020C02011E")
# Plain command, protected command, protected answer, plain answer.
TALK = (
    (
        SELECT_COM,
        "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
        "990290008E08FA855A5D4C50A8ED9000",
        "9000",
    ),
    (
        bytes.fromhex("00B0000004"),
        "0CB000000D9701048E08ED6705417E96BA5500",
        "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
        "60145F019000",
    ),
    (
        bytes.fromhex("00B0000412"),
        "0CB000040D9701128E082EA28A70F3C7B53500",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
        "04303130365F36063034303030305C0261759000",
    ),
)


class Randoms:
    """Gives the numbers of the example in order."""

    def __init__(self, *numbers: str) -> None:
        self._numbers = [bytes.fromhex(number) for number in numbers]

    def __call__(self, size: int) -> bytes:
        number = self._numbers.pop(0)
        assert len(number) == size
        return number


def test_mrz_information_and_access_keys():
    assert mrz.information(KEY) == "L898902C<369080619406236"
    keys = bac.AccessKeys(KEY)
    assert (keys._enc.hex().upper(), keys._mac.hex().upper()) == (K_ENC, K_MAC)


def test_session_keys():
    suite = TripleDesSuite.from_seed(SEED)
    assert suite._enc.hex().upper() == "979EC13B1CBFE9DCD01AB0FED307EAE5"
    assert suite._mac.hex().upper() == "F1CB1F1FB5ADF208806B89DC579DC1F8"


def test_terminal_opens_the_chip_with_these_bytes():
    sent = []

    def chip(apdu: bytes) -> bytes:
        sent.append(apdu.hex().upper())
        return bytes.fromhex((RND_IC if len(sent) == 1 else ANSWER) + "9000")

    channel = bac.open_chip(chip, KEY, Randoms(RND_IFD, K_IFD))
    assert sent == ["0084000008", f"0082000028{E_IFD}{M_IFD}28"]
    assert channel._count == int.from_bytes(SSC, "big")


def test_chip_answers_with_these_bytes():
    token = bytes.fromhex(E_IFD + M_IFD)
    answer = bac.answer_terminal(KEY, bytes.fromhex(RND_IC), token, Randoms(K_IC))
    assert answer is not None
    assert answer[0].hex().upper() == ANSWER


def test_terminal_side_of_the_talk():
    channel = TerminalChannel(TripleDesSuite.from_seed(SEED), SSC)
    for plain, protected, answer, opened in TALK:

        def chip(apdu: bytes, protected=protected, answer=answer) -> bytes:
            assert apdu.hex().upper() == protected
            return bytes.fromhex(answer)

        command = parse_command(plain)
        assert command is not None
        response = channel.unwrap(exchange(chip, channel.wrap(command)))
        assert response.encode().hex().upper() == opened


def test_card_side_of_the_talk():
    channel = CardChannel(TripleDesSuite.from_seed(SEED), SSC)
    for plain, protected, answer, opened in TALK:
        outer = parse_command(bytes.fromhex(protected))
        assert outer is not None
        assert channel.unwrap(outer).encode() == plain
        response = parse_response(bytes.fromhex(opened))
        assert channel.wrap(response).encode().hex().upper() == answer


def test_values_are_not_shown():
    assert repr(Command(0, 0xA4, 2, 0x0C, b"\x01\x1e")) == "Command(00A4020C, 2 bytes, Le None)"
    assert repr(Response(b"secret", 0x9000)) == "Response(6 bytes, 9000)"
