"""The rows of the on-screen keyboard, layer by layer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from ui.parts.composer import Method
from ui.parts.key import KeySpec
from ui.parts.key_panel import KeyRow
from ui.style import tokens

# A plain function, so that the tool that collects strings finds context and text beside each other.
translate = QCoreApplication.translate

_SHAPES: Final = "ăâêôơưđ"
_TONE_CAPS: Final = {"sac": "á", "huyen": "à", "hoi": "ả", "nga": "ã", "nang": "ạ"}
_SYMBOLS: Final = ("1234567890", "@#&*()/\\+=", "-_.,:;'\"?!", "%<>[]{}")


def build(
    *, upper: bool, locked: bool, symbols: bool, method: Method, composing: bool
) -> list[KeyRow]:
    """All rows of one layer; the caps show what will be typed."""
    rows = [_marks(upper)] if composing else [_mail()]
    if symbols:
        rows += [_plain(_SYMBOLS[0]), _plain(_SYMBOLS[1]), _plain(_SYMBOLS[2])]
        rows.append(KeyRow((*_plain(_SYMBOLS[3]).keys, _backspace(3.0)), 10))
    else:
        rows += [_plain("1234567890"), _letters("qwertyuiop", upper)]
        rows.append(KeyRow(_letters("asdfghjkl", upper).keys, 10, indent=0.5))
        middle = _letters("zxcvbnm", upper).keys
        rows.append(KeyRow((_shift(upper, locked), *middle, _backspace(1.5)), 10))
    rows.append(_bottom(symbols, method, composing))
    return rows


def _letters(letters: str, upper: bool) -> KeyRow:
    caps = letters.upper() if upper else letters
    spoken = translate("Keyboard", "chữ {letter}")
    return KeyRow(
        tuple(
            KeySpec(f"type:{small}", cap, spoken.format(letter=cap))
            for small, cap in zip(letters, caps, strict=True)
        ),
        10,
    )


def _plain(chars: str) -> KeyRow:
    return KeyRow(tuple(KeySpec(f"type:{char}", char) for char in chars), 10)


def _marks(upper: bool) -> KeyRow:
    tones = {
        "sac": (translate("Keyboard", "sắc"), translate("Keyboard", "dấu sắc")),
        "huyen": (translate("Keyboard", "huyền"), translate("Keyboard", "dấu huyền")),
        "hoi": (translate("Keyboard", "hỏi"), translate("Keyboard", "dấu hỏi")),
        "nga": (translate("Keyboard", "ngã"), translate("Keyboard", "dấu ngã")),
        "nang": (translate("Keyboard", "nặng"), translate("Keyboard", "dấu nặng")),
    }
    keys = [
        KeySpec(
            f"tone:{tone}",
            _TONE_CAPS[tone].upper() if upper else _TONE_CAPS[tone],
            spoken,
            small=small,
            sunken=True,
        )
        for tone, (small, spoken) in tones.items()
    ]
    keys.append(
        KeySpec(
            "tone:",
            "a",
            translate("Keyboard", "bỏ dấu"),
            small=translate("Keyboard", "bỏ dấu"),
            sunken=True,
        )
    )
    shapes = _letters(_SHAPES, upper).keys
    keys += [KeySpec(key.name, key.cap, key.spoken, sunken=True) for key in shapes]
    return KeyRow(tuple(keys), 13, height_mm=tokens.MARK_KEY_HEIGHT)


def _mail() -> KeyRow:
    return KeyRow(
        tuple(
            KeySpec(f"type:{text}", text, sunken=True, width=2.0 if len(text) > 1 else 1.5)
            for text in ("@", ".", "_", "-", ".vn", ".com")
        ),
        10,
    )


def _shift(upper: bool, locked: bool) -> KeySpec:
    spoken = (
        translate("Keyboard", "chữ hoa: đang khóa") if locked else translate("Keyboard", "chữ hoa")
    )
    return KeySpec("shift", "", spoken, icon="arrow-big-up", width=1.5, sunken=True, lit=upper)


def _backspace(width: float) -> KeySpec:
    return KeySpec(
        "backspace",
        "",
        translate("Keyboard", "xóa một chữ"),
        icon="backspace",
        width=width,
        sunken=True,
    )


def _bottom(symbols: bool, method: Method, composing: bool) -> KeyRow:
    names = {"marks": translate("Keyboard", "Phím dấu"), "telex": "Telex", "vni": "VNI"}
    keys = [
        KeySpec(
            "layer",
            "abc" if symbols else "123/@",
            translate("Keyboard", "chữ hoặc số và ký hiệu"),
            width=1.5,
            sunken=True,
        )
    ]
    if composing:
        spoken = translate("Keyboard", "kiểu gõ: {method}").format(method=names[method])
        keys.append(KeySpec("method", names[method], spoken, width=2.0, sunken=True))
    space = 10 - sum(key.width for key in keys) - 2
    keys.append(
        KeySpec(
            "type: ",
            translate("Keyboard", "Dấu cách"),
            translate("Keyboard", "dấu cách"),
            width=space,
        )
    )
    keys += [
        KeySpec("type:-", "-", translate("Keyboard", "gạch nối")),
        KeySpec("type:.", ".", translate("Keyboard", "dấu chấm")),
    ]
    return KeyRow(tuple(keys), 10)
