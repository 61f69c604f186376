"""Strict reading: every mistake names the file and the key."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest

import resources
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.errors import CatalogueError
from kiosk.catalogue.load import load_catalogue, load_procedure
from kiosk.catalogue.procedure import Procedure
from kiosk.catalogue.reading import read

FILE = resources.path("procedures", "2.000815.toml")
GOOD = FILE.read_text("utf-8")
PROCEDURE = load_procedure(FILE)
TODAY = date(2026, 11, 25)


def test_the_shipped_procedure():
    assert PROCEDURE.version == "2026-1"
    assert PROCEDURE.valid_to is None
    assert [question.name for question in PROCEDURE.questions] == [
        "paper",
        "form",
        "copies",
        "phone",
    ]
    assert PROCEDURE.questions[1].choices[0].label["en"] == "Electronic copy"
    assert PROCEDURE.schema["required"] == ["paper", "form", "copies"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('icon = "rubber-stamp"', 'icon = "x"\nsize = 3', "size: unknown key; allowed here: code,"),
        ('icon = "rubber-stamp"\n', "", "icon: missing"),
        ("minutes = 5", 'minutes = "5"', "minutes: int is needed, not str"),
        ("minutes = 5", "minutes = true", "minutes: int is needed, not bool"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01T00:00:00Z", "valid_from: date"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2025-01-01", "valid_to"),
        ('code = "2.000815"', 'code = "2815"', "code: a procedure code"),
        ('unit = "same_day"', 'unit = "moon"\namount = 1', "term.unit: must be one of"),
        ('unit = "same_day"', 'unit = "working_day"', "term: amount: missing"),
        ('unit = "same_day"', 'unit = "month"\namount = 0.5', "whole number"),
        ('unit = "same_day"', 'unit = "month"\namount = 0', "above 0"),
        ('kind = "number"', 'kind = "slider"', "questions[3]: kind: must be one of"),
        ('kind = "number"', 'kind = "choice"', "choices: belong to"),
        ("maximum = 120", "maximum = 1", "questions[1]: minimum"),
        ('value = "paper"', 'value = "electronic"', "choices: 'electronic' stands there twice"),
        ('name = "phone"', 'name = "copies"', "questions: 'copies' stands there twice"),
        ("maximum_pages = 60", "maximum_pages = 0", "components[1]"),
        ("{ first = 1,", "{ first = 2,", "fees[1]: tiers"),
        ('copies_from = "copies"', 'copies_from = "paper"', "fees[1]: copies_from"),
        ('kind = "phi"', 'kind = "tip"', "fees[1]: kind"),
        ("amount = 1000 }", "amount = -1 }", "below 0"),
        ("{copies} bản sao từ", "{copy} bản sao từ", "summary.vi: there is no question 'copy'"),
        ('vi = "Chứng thực"\n', 'vi = " "\n', "sector_name.vi: missing"),
        ('type = "object"', 'type = "thing"', "schema:"),
        ('required = ["paper", "form", "copies"]', 'required = ["paper"]', "schema.required"),
        ("[schema.properties.phone]", "[schema.properties.fax]", "schema.properties"),
        ('code = "2.000815"', "code = [", "not valid TOML"),
        ("suggestions = [", "suggestions = 3\nnothing = [", "nothing: unknown key"),
        ('legal_basis = ["Nghị định 23/2015/NĐ-CP", ', 'legal_basis = [7, "', "not valid TOML"),
        ('legal_basis = ["Nghị định 23/2015/NĐ-CP"', "legal_basis = [7", "legal_basis[1]: str"),
        ("[sector_name]\nvi", "[sector_name]\nvi.x", "sector_name.vi: str is needed"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path, old, new, said):
    assert old in GOOD
    file = tmp_path / "2.000815.toml"
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_tables_and_lists_are_told_apart():
    whole = tomllib.loads(GOOD.replace('"same_day"', '"same_day"\namount = 0'))
    for key, wrong, said in (
        ("notes", 3, "notes: a table is needed"),
        ("term", [], "term: a table is needed"),
        ("questions", {}, "questions: a list is needed"),
        ("schema", "x", "schema: a table is needed"),
        ("fees", [3], "fees[1]: a table is needed"),
    ):
        with pytest.raises(CatalogueError) as caught:
            read(Procedure, {"valid_to": None, **whole, key: wrong}, "x.toml")
        assert str(caught.value) == f"x.toml: {said}"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CatalogueError, match=r"none\.toml"):
        load_procedure(tmp_path / "none.toml")


def test_text_is_composed_on_reading(tmp_path):
    import unicodedata

    file = tmp_path / "x.toml"
    file.write_text(unicodedata.normalize("NFD", GOOD), "utf-8")
    assert load_procedure(file) == PROCEDURE


def test_the_version_of_a_day():
    old = replace(
        PROCEDURE, version="2025-1", valid_from=date(2025, 7, 1), valid_to=date(2025, 12, 31)
    )
    catalogue = Catalogue([PROCEDURE, old])
    assert catalogue.on("2.000815", date(2025, 12, 31)) == old
    assert catalogue.on("2.000815", date(2026, 1, 1)) == PROCEDURE
    assert catalogue.on("2.000815", date(2025, 6, 30)) is None
    assert catalogue.version("2.000815", "2025-1") == old
    assert catalogue.version("2.000815", "x") is None


@pytest.mark.parametrize("changes", [{"valid_from": date(2026, 5, 1)}, {"version": "2026-2"}])
def test_versions_must_not_meet(changes):
    with pytest.raises(CatalogueError):
        Catalogue([PROCEDURE, replace(PROCEDURE, **changes)])


def test_the_home_page_offers_what_is_valid():
    later = replace(PROCEDURE, code="1.000001", valid_from=date(2027, 1, 1))
    catalogue = Catalogue([PROCEDURE, later])
    assert catalogue.home(TODAY) == [PROCEDURE]
    assert catalogue.home(date(2027, 1, 1)) == [later, PROCEDURE]
    assert catalogue.home(date(2027, 1, 1), ["2.000815", "9.999999"]) == [PROCEDURE]
