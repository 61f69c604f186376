"""Every fault code in the code has its sentences, and no sentence is unused."""

from __future__ import annotations

import ast
from pathlib import Path

import resources
from kiosk.faults import texts
from tests.failure_codes_page import PAGE, page

ROOT = resources.path().parent
CODE = [
    file for floor in ("kiosk", "sync", "devices", "ui") for file in (ROOT / floor).rglob("*.py")
]


def upper(value: object) -> bool:
    return isinstance(value, str) and value.isupper() and value.replace("_", "").isalnum()


def raised(file: Path) -> set[str]:
    """Literal codes given to `Fault(...)`."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault" and node.args:
            for leaf in ast.walk(node.args[0]):
                if isinstance(leaf, ast.Constant) and upper(leaf.value):
                    found.add(leaf.value)
    return found


def literals(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and upper(n.value)}


def test_every_raised_code_has_its_sentences():
    missing = {code for file in CODE for code in raised(file)} - set(texts())
    assert not missing


def test_no_sentence_is_unused():
    used = {code for file in CODE for code in literals(file)}
    assert not set(texts()) - used


def test_every_fault_speaks_both_languages_to_both_readers():
    for text in texts().values():
        for sentences in (text.citizen, text.clerk):
            assert set(sentences) == {"vi", "en"}, text.code
            assert all(s.strip().endswith((".", "!", "?")) for s in sentences.values()), text.code


def test_the_page_for_support_is_up_to_date():
    assert PAGE.read_text("utf-8") == page()
