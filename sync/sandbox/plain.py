"""Values as JSON writes them: pydantic alone also takes ``true`` for 1, ``"5"`` for 5 and ``0`` for a day."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is needed")
    return value


def _day(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a day is written 2026-11-24")
    return value


NUMBER = BeforeValidator(_number)
Day = Annotated[date, BeforeValidator(_day)]
Switch = Annotated[bool, Field(strict=True)]
