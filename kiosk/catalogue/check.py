"""What must hold between the parts of a procedure version, beyond each value's type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from kiosk.catalogue.procedure import FeeRule, Procedure, Question

UNITS = ("same_day", "working_day", "working_hour", "calendar_day", "month")
_KINDS = ("choice", "number", "text", "phone")
_CODE = re.compile(r"[0-9]\.[0-9]{6}")
_FIELD = re.compile(r"\{(\w*)\}")


def mistakes(procedure: Procedure) -> Iterator[str]:
    """Every mistake as ``key: what is wrong``; none if the version can be used."""
    if not _CODE.fullmatch(procedure.code):
        yield "code: a procedure code looks like 2.000815"
    if procedure.valid_to is not None and procedure.valid_to < procedure.valid_from:
        yield "valid_to: lies before valid_from"
    yield from _term(procedure)
    names = [question.name for question in procedure.questions]
    yield from _twice("questions", names)
    yield from _twice("components", [rule.code for rule in procedure.components])
    for number, question in enumerate(procedure.questions, 1):
        yield from (f"questions[{number}]: {said}" for said in _question(question))
    for number, rule in enumerate(procedure.components, 1):
        if not 0 <= rule.minimum_pages <= rule.maximum_pages:
            yield f"components[{number}]: minimum_pages and maximum_pages do not fit"
    for number, fee in enumerate(procedure.fees, 1):
        yield from (f"fees[{number}]: {said}" for said in _fee(fee, procedure))
    for language, template in procedure.summary.items():
        for name in set(_FIELD.findall(template)) - set(names):
            yield f"summary.{language}: there is no question {name!r}"
    yield from _texts(procedure)
    yield from _schema(procedure, set(names))


def _term(procedure: Procedure) -> Iterator[str]:
    term = procedure.term
    if term.unit not in UNITS:
        yield f"term.unit: must be one of {', '.join(UNITS)}"
    if term.unit != "same_day" and term.amount <= 0:
        yield "term.amount: must be above 0"
    if term.unit in ("calendar_day", "month") and term.amount != round(term.amount):
        yield "term.amount: must be a whole number"
    if term.unit != "same_day" and term.cut_off is not None:
        yield "term.cut_off: belongs to the unit same_day only"


def _question(question: Question) -> Iterator[str]:
    if question.kind not in _KINDS:
        yield f"kind: must be one of {', '.join(_KINDS)}"
    if (question.kind == "choice") != bool(question.choices):
        yield "choices: belong to the kind choice, which needs some"
    if question.minimum > question.maximum:
        yield "minimum: lies above maximum"
    yield from _twice("choices", [choice.value for choice in question.choices])


def _fee(fee: FeeRule, procedure: Procedure) -> Iterator[str]:
    firsts = [tier.first for tier in fee.tiers]
    if firsts[:1] != [1] or firsts != sorted(set(firsts)):
        yield "tiers: must begin at page 1 and rise"
    if fee.cap_per_copy < 0 or any(tier.amount < 0 for tier in fee.tiers):
        yield "tiers: an amount is never below 0"
    if fee.kind not in ("phi", "le_phi"):
        yield "kind: must be phi or le_phi"
    numbers = [one.name for one in procedure.questions if one.kind == "number" and one.required]
    if fee.copies_from and fee.copies_from not in numbers:
        yield "copies_from: must name a required question of the kind number"


def _texts(procedure: Procedure) -> Iterator[str]:
    texts = {
        "name": procedure.name,
        "short_name": procedure.short_name,
        "sector_name": procedure.sector_name,
        "summary": procedure.summary,
        "notes": procedure.notes,
        "term.words": procedure.term.words,
    }
    texts |= {f"questions.{one.name}.title": one.title for one in procedure.questions}
    texts |= {f"components.{one.code}.name": one.name for one in procedure.components}
    texts |= {f"fees.{one.code}.name": one.name for one in procedure.fees}
    for key, text in texts.items():
        if not text.get("vi", "").strip():
            yield f"{key}.vi: missing"


def _schema(procedure: Procedure, names: set[str]) -> Iterator[str]:
    try:
        Draft202012Validator.check_schema(procedure.schema)
    except SchemaError as error:
        yield f"schema: {error.message}"
        return
    properties = procedure.schema.get("properties", {})
    if not isinstance(properties, dict) or set(properties) != names:
        yield "schema.properties: must name exactly the questions"
    required = {question.name for question in procedure.questions if question.required}
    asked = procedure.schema.get("required", [])
    if not isinstance(asked, list) or set(asked) != required:
        yield "schema.required: must name exactly the required questions"


def _twice(key: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{key}: {name!r} stands there twice"
