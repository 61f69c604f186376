"""Turns a TOML table into a dataclass, strictly: nothing unknown, nothing missing, no type guessed."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, TypeVar

from kiosk.catalogue.errors import CatalogueError

T = TypeVar("T")


def read(kind: type[T], table: object, where: str) -> T:
    """Builds a `kind` from a table; lists become tuples.

    `where` is the file, then the keys that lead here. Raises `CatalogueError`.
    """
    if not isinstance(table, dict):
        raise CatalogueError(f"{where}: a table is needed")
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # kind is a dataclass
    for name in table:
        if name not in known:
            allowed = ", ".join(sorted(known))
            raise CatalogueError(f"{where}: {name}: unknown key; allowed here: {allowed}")
    hints = typing.get_type_hints(kind)
    values = {}
    for name, field in known.items():
        if name in table:
            values[name] = _value(hints[name], table[name], f"{where}: {name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise CatalogueError(f"{where}: {name}: missing")
    return kind(**values)


def _value(hint: Any, value: object, where: str) -> object:  # noqa: ANN401 - a type hint has no type
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        if value is None:  # put there by the loader; TOML itself has no null
            return None
        hint = arguments[0]
    if is_dataclass(hint) and isinstance(hint, type):
        return read(hint, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise CatalogueError(f"{where}: a list is needed")
        return tuple(_value(arguments[0], one, f"{where}[{n}]") for n, one in enumerate(value, 1))
    if origin is Mapping:
        if not isinstance(value, dict):
            raise CatalogueError(f"{where}: a table is needed")
        if arguments[1] is object:
            return value
        return {key: _value(arguments[1], one, f"{where}.{key}") for key, one in value.items()}
    return _plain(hint, value, where)


def _plain(kind: type, value: object, where: str) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise CatalogueError(f"{where}: {kind.__name__} is needed, not {type(value).__name__}")
    return value
