"""Checks what a citizen hands in against the procedure version, and puts it into words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jsonschema.exceptions import ValidationError

from kiosk.catalogue.procedure import ComponentRule, Procedure
from kiosk.dossiers.dossier import Answer, Scan, Submission
from kiosk.faults import Fault

_FIELD = re.compile(r"\{(\w+)\}")


def check_answers(procedure: Procedure, given: Mapping[str, Answer]) -> None:
    """`check` for the answers alone."""
    wrong = sorted({*_answers(procedure, given)})
    if wrong:
        raise Fault("ANSWERS_INVALID", ", ".join(wrong))


def check(procedure: Procedure, submission: Submission) -> None:
    """Raises `Fault` ANSWERS_INVALID; its detail names questions and components, never values."""
    wrong = sorted({*_answers(procedure, submission.answers), *_scans(procedure, submission.scans)})
    if wrong:
        raise Fault("ANSWERS_INVALID", ", ".join(wrong))


def summary(procedure: Procedure, answers: Mapping[str, Answer], language: str = "vi") -> str:
    """The dossier's content in short: the version's template filled with answers, choices by label."""
    labels = {
        (question.name, choice.value): choice.label.get(language, choice.value)
        for question in procedure.questions
        for choice in question.choices
    }

    def said(found: re.Match[str]) -> str:
        answer = str(answers.get(found[1], ""))
        return labels.get((found[1], answer), answer)

    return _FIELD.sub(said, procedure.summary[language])


def _answers(procedure: Procedure, answers: Mapping[str, Answer]) -> Iterator[str]:
    asked = {question.name: question for question in procedure.questions}
    given = dict(answers)
    for name, value in given.items():
        if name not in asked:
            yield "(unknown question)"
        elif isinstance(value, bool) or not isinstance(value, str | int):
            yield name
    for question in procedure.questions:
        if question.required and given.get(question.name, "") == "":
            yield question.name
    for error in procedure.validator.iter_errors(given):
        name = _named(error)
        if name in asked:
            yield name


def _named(error: ValidationError) -> str:
    """The question an error is about; empty when it is about the whole (then others name it)."""
    return str(error.absolute_path[0]) if error.absolute_path else ""


def _scans(procedure: Procedure, scans: tuple[Scan, ...]) -> Iterator[str]:
    rules = {rule.code: rule for rule in procedure.components if rule.scanned}
    if {scan.component for scan in scans} - set(rules):
        yield "(unknown component)"
    for rule in rules.values():
        if not _fits(rule, [scan for scan in scans if scan.component == rule.code]):
            yield rule.code


def _fits(rule: ComponentRule, scans: list[Scan]) -> bool:
    if not scans:
        return rule.minimum_pages == 0
    return len(scans) == 1 and rule.minimum_pages <= scans[0].pages <= rule.maximum_pages
