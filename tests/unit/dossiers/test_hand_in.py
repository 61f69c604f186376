"""Handing in is one transaction; the same key is the same act."""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.dossiers.dossier import DossierState, Scan
from kiosk.dossiers.register import Place
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.outbox.message import Message
from kiosk.people.person import Person
from tests.unit.dossiers.office import a_submission, open_office

TABLES = ("dossier", "component", "attachment", "journal", "outbox", "attempt_log", "ticket")
EVERYTHING = (*TABLES, "serial", "counter_day", "card_check", "fee_claim")


def sizes(office) -> dict[str, int]:
    read = office.database.read()
    return {table: read.number(f"SELECT count(*) FROM {table}") for table in EVERYTHING}


def files(office) -> list[str]:
    return sorted(file.name for file in office.folder.glob("attachments/*/*/*"))


def test_a_hand_in_tells_code_ticket_fee_and_due(office):
    handed_in = office.register.hand_in(a_submission())
    dossier = handed_in.dossier
    assert dossier.code == "H29.18-261125-0001"
    assert handed_in.ticket.label == "A001"
    assert dossier.fee == 10_000  # (2,000 + 2,000 + 1,000) x 2 copies
    assert dossier.state is DossierState.RECEIVED
    assert dossier.received_at == office.clock.at
    assert dossier.due_at == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    assert dossier.summary == "Chứng thực 2 bản sao từ bản chính: Bằng tốt nghiệp"
    assert dossier.term.startswith("Trong ngày")
    (component,) = dossier.components
    assert (component.originals, component.certified, component.photocopies) == (1, 0, 0)
    assert (component.pages, component.copies) == (3, 2)
    assert office.attachments.read(component.attachment.sha256) == a_submission().scans[0].pdf


def test_what_is_stored_is_what_was_said(office):
    handed_in = office.register.hand_in(a_submission())
    assert office.register.find(handed_in.dossier.code) == handed_in.dossier
    assert office.register.find("H29.18-261125-0002") is None
    assert office.register.recent(5) == [handed_in.dossier]


def test_rows_of_a_hand_in(office):
    office.register.hand_in(a_submission("key-7"))
    assert sizes(office) == {
        "dossier": 1, "component": 1, "attachment": 1, "journal": 5, "fee_claim": 1, "outbox": 2,
        "attempt_log": 2, "card_check": 1, "ticket": 1, "serial": 1, "counter_day": 1,
    }  # fmt: skip
    rows = office.database.read().rows("SELECT key, rev, dest, kind, state FROM outbox")
    assert [(r["rev"], r["dest"], r["kind"], r["state"]) for r in rows] == [
        (1, "portal", "submit", "ready"),
        (1, "portal", "progress", "ready"),
    ]
    assert rows[0]["key"] == "key-7"
    assert rows[1]["key"].startswith("id-")


def test_the_journal_tells_what_happened_without_personal_data(office):
    dossier = office.register.hand_in(a_submission()).dossier
    told = journal.entries(office.database.read(), subject=dossier.id)
    assert [(entry.index, entry.kind) for entry in told] == [
        (0, 3),
        (1, 7),
        (2, 1),
        (3, 71),
        (4, 32),
    ]
    assert told[0].detail == (dossier.code, "2.000815", "2026-1")
    assert told[1].detail == (10_000,)
    assert told[2].detail == ("H29.18", "2026-11-25", "A001")
    assert told[4].detail == ("typed", "", "absent", "absent", "absent", "absent")


def test_personal_data_is_in_the_dossier_and_nowhere_else(office):
    person = a_submission().person
    office.register.hand_in(a_submission())
    for table in set(EVERYTHING) - {"dossier"}:
        for row in office.database.read().rows(f"SELECT * FROM {table}"):
            said = " ".join(
                value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                for value in tuple(row)
            )
            for secret in (person.number, person.full_name, person.residence, "tốt nghiệp"):
                assert secret not in said


def test_the_same_key_again_gives_the_same_and_writes_nothing(office):
    first = office.register.hand_in(a_submission())
    before = sizes(office)
    office.clock.pass_(3600)
    changed = a_submission(answers={"paper": "Khác", "form": "paper", "copies": 9})
    assert office.register.hand_in(a_submission()) == first
    assert office.register.hand_in(changed) == first
    assert sizes(office) == before


def test_the_same_key_after_a_restart_gives_the_same(tmp_path):
    office = open_office(tmp_path)
    first = office.register.hand_in(a_submission())
    office.close()
    office = open_office(tmp_path)
    assert office.register.hand_in(a_submission()) == first
    office.close()


def test_twenty_presses_at_once_are_one_dossier(office):
    gate, found = threading.Barrier(20), []

    def press():
        gate.wait()
        found.append(office.register.hand_in(a_submission()))

    presses = [threading.Thread(target=press) for _ in range(20)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert len(found) == 20
    assert len({handed_in.dossier.id for handed_in in found}) == 1
    assert sizes(office)["dossier"] == 1


def test_two_processes_with_the_same_key_are_one_dossier(office, monkeypatch):
    """The other one commits after this one has looked and before it writes."""
    other, found = open_office(office.folder), []
    put = office.attachments.put

    def put_late(pdf, **named):
        found.append(other.register.hand_in(a_submission()))
        return put(pdf, **named)

    monkeypatch.setattr(office.attachments, "put", put_late)
    assert office.register.hand_in(a_submission()) == found[0]
    other.close()
    assert sizes(office)["dossier"] == 1
    assert sizes(office)["serial"] == sizes(office)["ticket"] == 1
    assert len(journal.entries(office.database.read())) == sizes(office)["journal"] == 5


def test_two_people_in_the_same_minute_are_two_dossiers(office):
    one = office.register.hand_in(a_submission("key-1"))
    two = office.register.hand_in(a_submission("key-2"))
    assert (one.dossier.code, two.dossier.code) == ("H29.18-261125-0001", "H29.18-261125-0002")
    assert (one.ticket.label, two.ticket.label) == ("A001", "A002")


def test_the_same_paper_of_two_dossiers_is_one_file(office):
    for key in ("key-1", "key-2"):
        office.register.hand_in(a_submission(key, scans=(Scan("TP01", b"same", 1),)))
    assert len(files(office)) == 1
    assert sizes(office)["component"] == 2


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({"paper": "Bằng", "form": "paper"}, "copies"),
        ({"paper": "Bằng", "form": "paper", "copies": 51}, "copies"),
        ({"paper": "Bằng", "form": "paper", "copies": "2"}, "copies"),
        ({"paper": "Bằng", "form": "paper", "copies": True}, "copies"),
        ({"paper": "", "form": "stone", "copies": 0}, "copies, form, paper"),
        ({"paper": "Bằng", "form": "paper", "copies": 1, "phone": "12"}, "phone"),
        ({"paper": "Bằng", "form": "paper", "copies": 1, "x": "Mẫu"}, "(unknown question)"),
    ],
)
def test_wrong_answers_are_refused_by_name_only(office, answers, named):
    with pytest.raises(Fault) as caught:
        office.register.hand_in(a_submission(answers=answers))
    assert (caught.value.code, caught.value.detail) == ("ANSWERS_INVALID", named)
    assert not any(sizes(office).values())
    assert files(office) == []


@pytest.mark.parametrize(
    ("scans", "named"),
    [
        ((), "TP01"),
        ((Scan("TP01", b"x", 0),), "TP01"),
        ((Scan("TP01", b"x", 61),), "TP01"),
        ((Scan("TP01", b"x", 1), Scan("TP01", b"y", 1)), "TP01"),
        ((Scan("TP01", b"x", 1), Scan("TP99", b"y", 1)), "(unknown component)"),
    ],
)
def test_wrong_scans_are_refused(office, scans, named):
    with pytest.raises(Fault) as caught:
        office.register.hand_in(a_submission(scans=scans))
    assert (caught.value.code, caught.value.detail) == ("ANSWERS_INVALID", named)


def test_an_unknown_version_is_refused(office):
    with pytest.raises(Fault, match="PROCEDURE_UNKNOWN"):
        office.register.hand_in(a_submission(version="1999-1"))


def test_a_failing_encoder_leaves_no_row_and_no_file(tmp_path):
    def fails(_dossier, _fees):
        raise ZeroDivisionError

    office = open_office(tmp_path, encode=fails)
    with pytest.raises(ZeroDivisionError):
        office.register.hand_in(a_submission())
    assert not any(sizes(office).values())
    assert files(office) == []
    assert office.register.sweep() == 0
    office.close()


def test_the_sweep_keeps_what_belongs_to_a_dossier(office):
    office.register.hand_in(a_submission())
    kept = files(office)
    next(office.folder.glob("attachments/*/*")).joinpath("cut.tmp").write_bytes(b"half")
    assert office.register.sweep() == 1
    assert files(office) == kept


def test_used_up_serials_are_a_fault_and_write_nothing(tmp_path):
    office = open_office(tmp_path, place=Place("H29.18", "kiosk-01", 900, 901))
    codes = [office.register.hand_in(a_submission(f"key-{n}")).dossier.code for n in (1, 2)]
    assert codes == ["H29.18-261125-0900", "H29.18-261125-0901"]
    before = sizes(office)
    with pytest.raises(Fault, match="SERIALS_USED_UP"):
        office.register.hand_in(a_submission("key-3"))
    assert sizes(office) == before
    office.clock.pass_(86_400)
    assert office.register.hand_in(a_submission("key-3")).dossier.code == "H29.18-261126-0900"
    office.close()


def test_the_day_is_the_offices_day(office):
    office.clock.at = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)  # 00:30 on the 26th
    handed_in = office.register.hand_in(a_submission())
    assert handed_in.dossier.code == "H29.18-261126-0001"
    assert handed_in.ticket.day.isoformat() == "2026-11-26"


def test_text_is_composed_at_the_border(office):
    apart = unicodedata.normalize("NFD", "Nguyễn Văn Mẫu")
    person = Person("079090000001", apart, "05/09/1990", "Nam")
    answers = {"paper": unicodedata.normalize("NFD", "Bằng"), "form": "paper", "copies": 1}
    dossier = office.register.hand_in(a_submission(person=person, answers=answers)).dossier
    assert dossier.person.full_name == "Nguyễn Văn Mẫu"
    assert dossier.answers["paper"] == "Bằng"


def test_braces_in_an_answer_are_only_text(office):
    answers = {"paper": "{form} {copies}", "form": "paper", "copies": 1}
    dossier = office.register.hand_in(a_submission(answers=answers)).dossier
    assert dossier.summary == "Chứng thực 1 bản sao từ bản chính: {form} {copies}"


def test_committed_but_not_shown_is_listed_until_it_is_shown(office):
    handed_in = office.register.hand_in(a_submission())
    assert office.register.not_shown() == [handed_in]
    office.register.mark_shown(handed_in.dossier.id)
    assert office.register.not_shown() == []


def test_one_message_is_enough(tmp_path):
    office = open_office(tmp_path, encode=lambda *_: [Message("submit", b"body")])
    office.register.hand_in(a_submission())
    assert office.outbox.claim("portal")[0].body == b"body"
    office.close()


def test_nothing_speaks_of_the_person_by_accident(office):
    submission = replace(a_submission(), key="k")
    handed_in = office.register.hand_in(submission)
    for shown in (repr(submission), repr(handed_in), repr(office.outbox.claim("portal"))):
        assert "Mẫu" not in shown
        assert "079090000001" not in shown


def test_the_sweep_settles_a_note_of_a_hand_in_that_was_received(office):
    office.register.hand_in(a_submission())
    assert office.attachments.pending() == []
    (file,) = office.folder.glob("attachments/??/??/*.bin")
    office.attachments._note(file.stem)  # killed right after the commit
    assert office.register.sweep() == 0
    assert file.exists()
    assert office.attachments.pending() == []
