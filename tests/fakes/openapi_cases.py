"""Hypothesis strategies from an OpenAPI 3.1 contract: what fits it, and what is hostile."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

HOSTILE_BODIES: tuple[bytes, ...] = (
    b"",
    b"\x00",
    b"null",
    b"[]",
    b'""',
    b"{",
    b"NaN",
    b'{"a":Infinity}',
    b"[" * 100_000,
    b'{"data":' * 20_000,
    b"9" * 10_000,
    b"-1e999999999",
    b'"\\ud800"',
    b'{"\\ud800":"\\udfff","session":"\\u0000"}',
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b"\xed\xa0\x80",
    b'{"username":"a","username":{"b":[]}}',
    b'{"session":' + b"1" * 5000 + b"}",
    b"a" * 300_000,
)
HOSTILE_TEXTS = (
    "",
    "\x00",
    "%00",
    "../../etc/passwd",
    "ÿ" * 300,
    "'; DROP TABLE dossier;--",
    "\U0001d54f\u202e",
)
HOSTILE_VALUES = (
    *(None, True, -1, 0, 2**31, 2**63, 10**400, 1e308, 0.1),
    *("", "\x00", "\ud800", "ế" * 5000, [], [[]] * 50, {}, {"": {}}),
)


def fitting(schema: dict[str, Any], contract: dict[str, Any]) -> Strategy:
    """Values that fit a schema (but for relations between fields, which schemas can't tell)."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return fitting(contract["components"]["schemas"][name], contract)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return st.one_of([fitting(one, contract) for one in schema[several]])
    return _typed(schema, contract)


def _typed(schema: dict[str, Any], contract: dict[str, Any]) -> Strategy:
    match schema.get("type"):
        case "object":
            return _object(schema, contract)
        case "array":
            most = min(schema.get("maxItems", 3), 3)
            items = fitting(schema.get("items") or schema["prefixItems"][0], contract)
            return st.lists(items, min_size=schema.get("minItems", 0), max_size=most)
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "number":
            return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False)
    simple = {"boolean": st.booleans(), "null": st.none()}
    return simple.get(schema.get("type", ""), _text(schema))


def _object(schema: dict[str, Any], contract: dict[str, Any]) -> Strategy:
    needed = set(schema.get("required", ()))
    parts = {name: fitting(one, contract) for name, one in schema.get("properties", {}).items()}
    return st.fixed_dictionaries(
        {name: one for name, one in parts.items() if name in needed},
        optional={name: one for name, one in parts.items() if name not in needed},
    )


def _text(schema: dict[str, Any]) -> Strategy:
    if schema.get("format") == "date":
        return st.dates().map(str)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    most = min(schema.get("maxLength", 60), 60)
    return st.text(min_size=schema.get("minLength", 0), max_size=most)


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """The value with one place in it made hostile."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: draw(spoilt(value[name]))}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [draw(spoilt(value[0])), *value[1:]]
    return draw(st.sampled_from(HOSTILE_VALUES))


@st.composite
def bodies(draw: st.DrawFn, schema: dict[str, Any], contract: dict[str, Any]) -> bytes:
    """A body: as told, spoilt in one place, hostile, or cut."""
    way = draw(st.sampled_from(("fitting", "fitting", "spoilt", "hostile", "cut", "bytes")))
    if way == "hostile":
        return draw(st.sampled_from(HOSTILE_BODIES))
    if way == "bytes":
        return draw(st.binary(max_size=200))
    value = draw(fitting(schema, contract))
    if way == "spoilt":
        value = draw(spoilt(value))
    text = json.dumps(value).encode()
    return text[: draw(st.integers(0, len(text)))] if way == "cut" else text
