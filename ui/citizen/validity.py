"""Whether a single answer fits what the procedure's data allow."""

from __future__ import annotations

from collections.abc import Mapping

from jsonschema import Draft202012Validator

from kiosk.catalogue.procedure import Procedure, Question
from kiosk.dossiers.dossier import Answer


def fits(procedure: Procedure, question: Question, value: Answer) -> bool:
    """Asks the procedure's own schema about one answer; the whole set is judged at the hand-in."""
    properties = procedure.schema.get("properties")
    rule = properties.get(question.name) if isinstance(properties, Mapping) else None
    return rule is None or bool(Draft202012Validator(rule).is_valid(value))
