"""Vietnamese typing for one syllable: Telex, VNI, and mark keys. Pure Python, no dictionary.

A word may be any name, also ``Đắk Lắk`` or ``Kpă``: nothing is refused, a key that makes no sense
as a mark is a letter. After every key the tone is taken off and put where it belongs in the new
syllable, so ``hòa`` + ``n`` becomes ``hoàn``. Output is always NFC.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Method = Literal["marks", "telex", "vni"]

TONES: Final = {
    "sac": "\u0301",
    "huyen": "\u0300",
    "hoi": "\u0309",
    "nga": "\u0303",
    "nang": "\u0323",
}
_VOWELS: Final = "aăâeêioôơuưy"
_SHAPED: Final = frozenset("ăâêôơư")
_NUCLEI_TEXT: Final = (
    "a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iu iê iêu oa oă oai oao oay oe oeo oi oo"
    " ôi ơi ua uâ uă uây ui uô uôi uơ uy uya uyê uyu ue uê ưa ưi ươ ươi ươu ưu yê yêu"
)
_NUCLEI: Final = frozenset(_NUCLEI_TEXT.split())
_TELEX_TONES: Final = {"s": "sac", "f": "huyen", "r": "hoi", "x": "nga", "j": "nang", "z": ""}
_VNI_TONES: Final = {"1": "sac", "2": "huyen", "3": "hoi", "4": "nga", "5": "nang", "0": ""}
_HATS: Final = {"a": "â", "e": "ê", "o": "ô"}
_HORNS: Final = {"a": "ă", "o": "ơ", "u": "ư"}
_PLAIN: Final = {"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u", "đ": "d"}
_TONED: Final = {
    unicodedata.normalize("NFC", vowel + mark): (vowel, tone)
    for letter in _VOWELS
    for vowel in (letter, letter.upper())
    for tone, mark in TONES.items()
}


@dataclass(frozen=True)
class Syllable:
    """What stands before the cursor since the last word end.

    ``literal`` is set once a mark was taken back; then every key of the word is a letter.
    """

    text: str = ""
    literal: bool = False


def is_word_key(key: str, method: Method) -> bool:
    """Whether the key continues the word instead of ending it."""
    return key.isalpha() or (method == "vni" and key.isascii() and key.isdigit())


def compose(state: Syllable, key: str, method: Method, *, new_style: bool = False) -> Syllable:
    """The syllable after one key. The caller starts a new one where ``is_word_key`` is false."""
    if state.literal or method == "marks":
        return _letter(state, key, new_style, horns=False)
    marked = _tone_key(state, key, method, new_style) or _shape_key(state, key, method, new_style)
    return marked or _letter(state, key, new_style)


def with_tone(state: Syllable, tone: str, *, new_style: bool = False) -> Syllable:
    """Put a tone of ``TONES`` on the syllable; an empty text takes the tone off."""
    letters, _ = _untoned(state.text)
    return Syllable(_toned(letters, tone, new_style), state.literal)


def backspace(state: Syllable, *, new_style: bool = False) -> Syllable:
    """Take the last visible letter away and put the tone where it belongs now."""
    letters, tone = _untoned(state.text)
    return Syllable(_toned(letters[:-1], tone, new_style), state.literal and len(letters) > 1)


def type_keys(keys: str, method: Method, *, new_style: bool = False) -> str:
    """The text that a row of keys gives, word by word."""
    done, state = "", Syllable()
    for key in keys:
        if is_word_key(key, method):
            state = compose(state, key, method, new_style=new_style)
        else:
            done, state = done + state.text + key, Syllable()
    return _nfc(done + state.text)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _letter(state: Syllable, key: str, new_style: bool, *, horns: bool = True) -> Syllable:
    letters, tone = _untoned(state.text)
    letters = _nfc(letters + key)
    if horns:
        letters = _grown(letters)
    return Syllable(_toned(letters, tone, new_style), state.literal)


def _tone_key(state: Syllable, key: str, method: Method, new_style: bool) -> Syllable | None:
    tones = _TELEX_TONES if method == "telex" else _VNI_TONES
    letters, present = _untoned(state.text)
    tone = tones.get(key.lower())
    if tone is None or not _split(letters)[1] or not (tone or present):
        return None
    if tone and tone == present:
        return Syllable(_nfc(letters + key), literal=True)
    return Syllable(_toned(letters, tone, new_style))


def _shape_key(state: Syllable, key: str, method: Method, new_style: bool) -> Syllable | None:
    letters, tone = _untoned(state.text)
    low = key.lower()
    shaped = _shape(letters, low, method)
    if shaped is not None:
        return Syllable(_toned(shaped, tone, new_style))
    if method == "telex" and low == "w" and not any(c.lower() in _VOWELS for c in letters):
        return _letter(state, _cased("ư", key), new_style)
    bare = _unshape(letters, low, method)
    if bare is not None:
        return Syllable(_toned(_nfc(bare + key), tone, new_style), literal=True)
    return None


def _untoned(text: str) -> tuple[str, str]:
    tone = ""
    letters = []
    for char in text:
        plain, found = _TONED.get(char, (char, ""))
        tone = found or tone
        letters.append(plain)
    return "".join(letters), tone


def _toned(letters: str, tone: str, new_style: bool) -> str:
    onset, nucleus, coda = _split(letters)
    if not tone or not nucleus:
        return _nfc(letters)
    spot = len(onset) + _tone_spot(nucleus.lower(), bool(coda), new_style)
    return _nfc(letters[: spot + 1] + TONES[tone] + letters[spot + 1 :])


def _tone_spot(nucleus: str, closed: bool, new_style: bool) -> int:
    shaped = [index for index, vowel in enumerate(nucleus) if vowel in _SHAPED]
    if shaped:
        return shaped[-1]
    if closed:
        return len(nucleus) - 1
    if len(nucleus) >= 3:
        return 1
    return 1 if new_style and nucleus in ("oa", "oe", "uy") else 0


def _split(letters: str) -> tuple[str, str, str]:
    low = letters.lower()
    if len(low) != len(letters):  # a foreign capital whose small form is two characters
        return letters, "", ""
    start = 0
    while start < len(low) and low[start] not in _VOWELS:
        start += 1
    if low.startswith(("qu", "gi")) and len(low) > 2 and low[2] in _VOWELS:
        start = 2
    end = start
    while end < len(low) and low[end] in _VOWELS:
        end += 1
    return letters[:start], letters[start:end], letters[end:]


def _grown(letters: str) -> str:
    """``uơ`` becomes ``ươ`` as soon as a letter follows."""
    onset, nucleus, coda = _split(letters)
    if nucleus.lower().startswith("uơ") and (coda or len(nucleus) > 2):
        return onset + _cased("ư", nucleus[0]) + nucleus[1:] + coda
    return letters


def _shape(letters: str, key: str, method: Method) -> str | None:
    if key == ("d" if method == "telex" else "9"):
        if letters[:1] in ("d", "D") and "đ" not in letters.lower():
            return _cased("đ", letters[0]) + letters[1:]
        return None
    onset, nucleus, coda = _split(letters)
    for candidate in _candidates(onset.lower(), nucleus.lower(), coda, key, method):
        if candidate != nucleus.lower() and candidate in _NUCLEI:
            cased = "".join(map(_cased, candidate, nucleus))
            return onset + cased + coda
    return None


def _candidates(onset: str, nucleus: str, coda: str, key: str, method: Method) -> Iterator[str]:
    if key in _hat_keys(method):
        wanted = key if method == "telex" else "aeo"
        for index in range(len(nucleus) - 1, -1, -1):
            if nucleus[index] in wanted:
                yield nucleus[:index] + _HATS[nucleus[index]] + nucleus[index + 1 :]
    elif key in _horn_keys(method):
        allowed = {"w": "aou", "7": "ou", "8": "a"}[key]
        yield from _horned(onset, nucleus, coda, allowed)


def _horned(onset: str, nucleus: str, coda: str, allowed: str) -> Iterator[str]:
    if "u" in allowed:
        if nucleus == "uo" and not coda and onset in ("h", "th", "kh"):
            yield "uơ"
            return
        for pair, result in (("uo", "ươ"), ("ưo", "ươ"), ("uơ", "ươ"), ("uu", "ưu"), ("ua", "ưa")):
            if pair in nucleus:
                yield nucleus.replace(pair, result, 1)
                return
    for index in range(len(nucleus) - 1, -1, -1):
        if nucleus[index] in allowed:
            yield nucleus[:index] + _HORNS[nucleus[index]] + nucleus[index + 1 :]
            return


def _unshape(letters: str, key: str, method: Method) -> str | None:
    """The letters without the marks this key gives, or None when it gave none."""
    if key == ("d" if method == "telex" else "9"):
        marks = "đ"
    elif key in _hat_keys(method):
        marks = _HATS[key] if method == "telex" else "âêô"
    elif key in _horn_keys(method):
        marks = {"w": "ăơư", "7": "ơư", "8": "ă"}[key]
    else:
        return None
    if not any(char.lower() in marks for char in letters):
        return None
    return "".join(
        _cased(_PLAIN[char.lower()], char) if char.lower() in marks else char for char in letters
    )


def _hat_keys(method: Method) -> str:
    return "aeo" if method == "telex" else "6"


def _horn_keys(method: Method) -> str:
    return "w" if method == "telex" else "78"


def _cased(letter: str, model: str) -> str:
    return letter.upper() if model.isupper() else letter
