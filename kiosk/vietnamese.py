"""Vietnamese text and numbers: normal form, search folding, sort keys, comparing names, amounts in words."""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền < hỏi < ngã < sắc < nặng; ngang has no mark
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: 64 + rank for rank, letter in enumerate(_LETTERS)}
_OTHER = 0xF0

_PLACES = {
    unicodedata.normalize("NFC", first + tone + second): unicodedata.normalize(
        "NFC", first + second + tone
    )
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
}
_PLACE = re.compile("|".join(_PLACES))


def nfc(text: str) -> str:
    """The composed form (NFC) that all text has inside the program; applied at every border."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The text for searching: lower case, no marks, đ as d, single spaces."""
    apart = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return " ".join(unicodedata.normalize("NFC", bare).replace("đ", "d").split())


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are the same name: case, spaces and tone placement (hòa, hoà) set aside.

    Marks count: Trần and Trân are two names.
    """
    return _plain_name(one) == _plain_name(other)


def sort_key(text: str) -> bytes:
    """A key whose byte order is the Vietnamese order of the texts, also inside SQLite.

    Letters first (space lowest, a < ă < â < b …), then tones in the order ngang, huyền, hỏi, ngã,
    sắc, nặng, then lower before upper case, as the Unicode collation of Vietnamese does.
    """
    letters, tones, cases = bytearray(), bytearray(), bytearray()
    for character in nfc(text):
        letter, tone = _letter_and_tone(character.lower())
        letters += _rank(letter)
        tones.append(tone)
        cases.append(2 if character != character.lower() else 1)
    return bytes(letters) + b"\0" + bytes(tones) + b"\0" + bytes(cases)


def amount_in_words(amount: int) -> str:
    """An amount of đồng in words, as receipts write it: ``Mười bốn nghìn đồng``.

    Raises `ValueError` below 0 and from 10^18 đồng on.
    """
    if not 0 <= amount < 10**18:
        raise ValueError("an amount in words lies between 0 and 10^18 đồng")
    words = " ".join(_number(amount)) if amount else "không"
    return words[0].upper() + words[1:] + " đồng"


def _plain_name(name: str) -> str:
    plain = " ".join(nfc(nfc(name).casefold()).split())
    return _PLACE.sub(lambda found: _PLACES[found[0]], plain)


def _letter_and_tone(character: str) -> tuple[str, int]:
    """The letter without its tone, and the tone as 1 (ngang) to 6 (nặng)."""
    apart = unicodedata.normalize("NFD", character)
    for rank, mark in enumerate(_TONES, start=2):
        if mark in apart:
            return unicodedata.normalize("NFC", apart.replace(mark, "")), rank
    return character, 1


def _rank(letter: str) -> bytes:
    if letter.isspace():
        return b"\x01"
    if letter in _LETTER_RANK:
        return bytes((_LETTER_RANK[letter],))
    if letter.isascii():
        return bytes((2 + "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789".find(letter),))
    return bytes((_OTHER,)) + letter.encode("utf-8", "surrogatepass")


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_UNDER_BILLION = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))


def _number(number: int) -> list[str]:
    """A number above 0. Billions are counted by themselves: nghìn tỷ, triệu tỷ."""
    billions, rest = divmod(number, 10**9)
    words = [*_below_billion(billions, full=False), "tỷ"] if billions else []
    return words + _below_billion(rest, full=bool(billions))


def _below_billion(number: int, *, full: bool) -> list[str]:
    words: list[str] = []
    for value, name in _UNDER_BILLION:
        group = number // value % 1000
        if group:
            words += _group(group, full=full or bool(words))
            words += [name] if name else []
    return words


def _group(group: int, *, full: bool) -> list[str]:
    """Three digits; `full` also reads an absent hundred ("không trăm")."""
    hundreds, tens, unit = group // 100, group // 10 % 10, group % 10
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        return words + (["linh"] if words and unit else []) + ([_DIGITS[unit]] if unit else [])
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit == 1 and tens > 1:
        return [*words, "mốt"]
    if unit == 4 and tens > 1:
        return [*words, "tư"]
    if unit == 5:
        return [*words, "lăm"]
    return words + ([_DIGITS[unit]] if unit else [])
