"""English is whole, and nothing of it is left over."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtWidgets import QApplication, QWidget

import resources
from ui.citizen.language import LANGUAGES, Language, money, read_words

ROOT = Path(resources.__file__).parents[1]
SOURCES = sorted(ROOT.glob("ui/**/*.py"))


def messages(file: Path) -> dict[tuple[str, str], ElementTree.Element]:
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in ElementTree.parse(file).getroot().iter("context")
        for message in context.iter("message")
    }


def test_nothing_is_unfinished() -> None:
    file = resources.path("translations", "en.ts")
    for (context, source), message in messages(file).items():
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, (context, source)
        forms = [form.text for form in translation.iter("numerusform")] or [translation.text]
        assert all(forms), (context, source)
        assert len(forms) == (2 if message.get("numerus") else 1)


def test_every_text_of_the_source_is_translated(tmp_path: Path) -> None:
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    if not tool.exists() and not shutil.which(tool.name):
        pytest.skip("no lupdate here")
    fresh = tmp_path / "fresh.ts"
    files = [str(file) for file in SOURCES]
    subprocess.run([str(tool), *files, "-ts", str(fresh)], check=True, capture_output=True)
    known = messages(resources.path("translations", "en.ts"))
    missing = [key for key in messages(fresh) if key not in known]
    assert missing == []


def test_fields_of_sentences_are_the_same() -> None:
    for (_, source), forms in read_words("en").items():
        fields = sorted(part.split("}")[0] for part in source.split("{")[1:])
        for form in forms:
            assert sorted(part.split("}")[0] for part in form.split("{")[1:]) == fields
            assert ("%n" in form) == ("%n" in source)


def test_plurals_and_the_way_back(qapp: QApplication) -> None:
    widget = QWidget()
    language = Language(qapp)
    language.use("en")
    assert widget.tr("%n trang", "", 1) == "1 page"
    assert widget.tr("%n trang", "", 3) == "3 pages"
    language.use(LANGUAGES[0])
    assert widget.tr("%n trang", "", 3) == "3 trang"


def test_money_is_written_as_people_read_it() -> None:
    assert money(150_000, "vi") == "150.000\N{NO-BREAK SPACE}₫"
    assert money(150_000, "en") == "150,000\N{NO-BREAK SPACE}₫"
