"""Mends Vietnamese letters that a scanner or a keyboard spoilt, and says when they can't be trusted.

What goes wrong most: the code's UTF-8 bytes are taken for a one-byte encoding ("Nguyá»…n"). That can
be undone without loss, and a wrong repair is next to impossible: random bytes are hardly ever UTF-8.
What a Vietnamese input method (TELEX, VNI) does to fast keys can't be undone, as the rules depend on
the program; nor can dropped letters. Both only leave the ASCII fields (number, dates) to rely on.
"""

from __future__ import annotations

from devices.code_reader.vietnamese import is_sound

# In the order tried. cp1258 is Windows' Vietnamese page, cp437 the one of keypad codes (Alt+0…).
_PAGES = ("cp1252", "latin-1", "cp437", "cp1258")
_MARK = "\ufffd"


def repaired(text: str) -> tuple[str, bool]:
    """The text with UTF-8 put right that was read as a one-byte encoding; whether it is doubtful.

    Call it before anything is stripped: the spoilt form holds invisible characters that count.
    """
    if is_sound(text):
        return text, False
    for page in _PAGES:
        better = _again(text, page)
        if better is not None:
            return better, False
    return text, True


def decoded(raw: bytes) -> tuple[str, bool]:
    """The text of a code's bytes, mended, and whether it is doubtful. Never fails.

    UTF-8, as the cards have it; else Windows' Vietnamese page, which is a guess and says so.
    """
    try:
        return repaired(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return raw.decode("cp1258", "replace"), True


def _again(text: str, page: str) -> str | None:
    raw = bytearray()
    for one in text:
        byte = _byte(one, page)
        if byte is None:
            return None
        raw += byte
    better = raw.decode("utf-8", "replace")
    return better if _MARK not in better and is_sound(better) else None


def _byte(one: str, page: str) -> bytes | None:
    try:
        return one.encode(page)
    except UnicodeEncodeError:
        # Bytes that the page leaves undefined arrive as C1 control characters.
        return one.encode("latin-1") if 0x80 <= ord(one) <= 0x9F else None
