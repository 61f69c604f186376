"""The feed of petitions: any order and repetition ends the same, and what is hostile does no harm."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk import feeds
from kiosk.catalogue.calendar import load_calendar
from kiosk.clock import now
from kiosk.petitions import box
from kiosk.petitions.petition import Answer, Told, settle
from kiosk.store.database import Database
from sync.cursor_feed import Unfit
from sync.petition_feed import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    PAGE,
    SOURCE,
    petition_feed,
    told,
)
from tests.fakes.feed_portal import EventPortal, SayingPortal, reply
from tests.samples import a_vault

ASKED = datetime(2026, 11, 2, 1, tzinfo=UTC)
MARKER = "Cổng sân trường hỏng đã ba tháng"


def row(seq: int, id_: str = "HD-1", answer: str = "", at: str = "", **changes: object):
    asked = {"seq": seq, "HOIDAPID": id_, "NOIDUNG": MARKER, "NGAYGUI": "20261102080000"}
    person = {"HOVATEN": "NGUYỄN VĂN MẪU", "THUDIENTU": "mau@example.test", "SODIENTHOAI": "0900"}
    said = {"TRALOIID": answer, "NOIDUNGTRALOI": answer and f"Trả lời {answer}", "NGAYTRALOI": at}
    return asked | person | said | changes


@pytest.fixture
def database(tmp_path: Path):
    with Database(tmp_path / "app.db", now, a_vault()) as opened:
        yield opened


def feed(database: Database, portal) -> object:
    return petition_feed("/feeds/petitions", "H29.18", portal, database)


def test_questions_come_and_then_their_answers(database: Database) -> None:
    portal = EventPortal()
    portal.rows = [row(3), row(4, "HD-2", HANTRALOI="20261120170000", MATTHCDP="2.000815")]
    assert feed(database, portal).look(Cancel()) == 2
    assert portal.asked == [f"/feeds/petitions?madonvi=H29.18&since=0&limit={PAGE}"]
    second, first = box.petitions(database.read(), 10)[::-1]
    assert (first.id, second.id) == ("HD-1", "HD-2")
    assert (first.asked_at, first.question, first.answer) == (ASKED, MARKER, None)
    assert second.due == datetime(2026, 11, 20, 10, tzinfo=UTC)
    portal.rows.append(row(9, answer="TL-1", at="20261110090000", NGUOITRALOI="LÊ THỬ"))
    assert feed(database, portal).look(Cancel()) == 1
    found = box.find(database.read(), "HD-1")
    assert found.answer == Answer(
        "TL-1", datetime(2026, 11, 10, 2, tzinfo=UTC), "Trả lời TL-1", "LÊ THỬ", ""
    )
    assert feeds.load(database.read(), SOURCE).cursor == 9


def test_many_pages(database: Database) -> None:
    portal = EventPortal()
    portal.rows = [row(seq, f"HD-{seq}") for seq in range(1, 2 * PAGE + 4)]
    assert feed(database, portal).look(Cancel()) == 2 * PAGE + 3
    assert portal.since() == [0, PAGE, 2 * PAGE]


def test_who_asked_and_what_was_said_never_lies_in_the_clear(tmp_path: Path) -> None:
    portal = EventPortal()
    portal.rows = [row(1), row(2, answer="TL-1", at="20261110090000")]
    with Database(tmp_path / "app.db", now, a_vault()) as database:
        feed(database, portal).look(Cancel())
    whole = b"".join(one.read_bytes() for one in tmp_path.glob("app.db*"))
    for text in (MARKER, "NGUYỄN VĂN MẪU", "mau@example.test", "Trả lời TL-1"):
        assert text.encode() not in whole
    sealed = sqlite3.connect(tmp_path / "app.db")
    assert sealed.execute("SELECT count(*) FROM petition_told").fetchone() == (2,)
    sealed.close()


def test_words_moved_to_another_row_are_not_believed(database: Database) -> None:
    portal = EventPortal()
    portal.rows = [row(1), row(2, "HD-2")]
    feed(database, portal).look(Cancel())
    with database.transaction() as tx:
        tx.execute(
            "UPDATE petition_told SET words = (SELECT words FROM petition_told WHERE seq = 2)"
            " WHERE seq = 1"
        )
    with pytest.raises(Fault, match="VAULT_DAMAGED"):
        box.find(database.read(), "HD-1")


def test_the_same_number_told_otherwise_changes_nothing(database: Database) -> None:
    page = {"origin": "o-1", "last": 1, "next": 1, "rows": [row(1)]}
    other = page | {"rows": [row(1, NOIDUNG="đổi", answer="TL-9", at="20261110090000")]}
    for said in (page, other):
        feed(database, SayingPortal(reply(said))).look(Cancel())
    assert box.find(database.read(), "HD-1").answer is None
    assert box.find(database.read(), "HD-1").question == MARKER


STORIES = st.lists(
    st.tuples(
        st.sampled_from(["HD-1", "HD-2", "HD-3"]),
        st.sampled_from(["", "TL-1", "TL-2", "TL-3"]),
        st.integers(1, 28),
    ),
    min_size=1,
    max_size=12,
)


def story(parts) -> list[dict[str, object]]:
    return [
        row(seq, id_, answer, f"202611{day:02d}090000" if answer else "", TRANGTHAI=str(day))
        for seq, (id_, answer, day) in enumerate(parts, 1)
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts=STORIES, data=st.data())
def test_any_order_and_repetition_ends_the_same(parts, data) -> None:
    """Pages are kept whole, so their order is that of transactions; repeated ones are as after a kill."""
    rows = [told("o-1", one) for one in story(parts)]
    again = data.draw(st.lists(st.sampled_from(rows), max_size=6))
    shuffled = data.draw(st.permutations([*rows, *again]))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "app.db"
        with Database(file, now, a_vault()) as database:
            for one in shuffled:
                with database.transaction() as tx:
                    box.keep(tx, [one])
            found = {one.id: one for one in box.petitions(database.read(), 10)}
    expected = {
        id_: settle(one for one in rows if one.petition == id_)
        for id_ in {r.petition for r in rows}
    }
    assert found == expected
    for id_, one in found.items():
        answered = [r for r in rows if r.petition == id_ and r.answer]
        assert bool(answered) == (one.answer is not None), "an answer is never undone"


def test_a_late_question_never_undoes_an_answer() -> None:
    answered = told("o-1", row(2, answer="TL-1", at="20261110090000"))
    late = told("o-1", row(99, NOIDUNG="hỏi lại"))
    assert settle([answered, late]) == settle([late, answered])
    assert settle([late, answered]).answer.id == "TL-1"


def test_overdue_by_the_portal_s_day_or_by_the_office_s_term() -> None:
    bare = settle([told("o-1", row(1))])
    assert not bare.is_overdue(ASKED + timedelta(days=400)), "no term is assumed"
    within = bare.within(10, load_calendar("vn"))  # Monday two weeks later
    assert within.due == load_calendar("vn").closing(date(2026, 11, 16))
    assert not within.is_overdue(within.due)
    assert within.is_overdue(within.due + timedelta(seconds=1))
    late = settle(
        [
            told("o-1", row(1, HANTRALOI="20261105170000")),
            told("o-1", row(2, answer="T", at="20261106090000", HANTRALOI="20261105170000")),
        ]
    )
    assert late.is_overdue(ASKED), "it was answered late, for ever"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"HOIDAPID": ""}, "HOIDAPID"),
        ({"HOIDAPID": "x" * 65}, "HOIDAPID"),
        ({"HOIDAPID": "a b"}, "HOIDAPID"),
        ({"HOIDAPID": 10**400}, "HOIDAPID"),
        ({"HOIDAPID": True}, "HOIDAPID"),
        ({"NOIDUNG": ["x"]}, "NOIDUNG"),
        ({"NOIDUNG": "x" * (LONGEST_QUESTION + 1)}, "NOIDUNG"),
        ({"NGAYGUI": "20261302080000"}, "NGAYGUI"),
        ({"NGAYGUI": 20261102080000}, "NGAYGUI"),
        ({"HANTRALOI": "mai"}, "HANTRALOI"),
        ({"MATTHCDP": "2.000815'"}, "MATTHCDP"),
        ({"MATTHCDP": None}, "MATTHCDP"),
        ({"TRANGTHAI": "x" * 41}, "TRANGTHAI"),
        ({"TRANGTHAI": 10**100}, "TRANGTHAI"),
        ({"TRALOIID": {"x": 1}}, "TRALOIID"),
        ({"TRALOIID": "TL-1", "NGAYTRALOI": ""}, "NGAYTRALOI"),
        (
            {
                "TRALOIID": "TL-1",
                "NGAYTRALOI": "20261110090000",
                "NOIDUNGTRALOI": "x" * (LONGEST_ANSWER + 1),
            },
            "NOIDUNGTRALOI",
        ),
    ],
)
def test_a_row_that_can_not_be_understood_is_set_aside_alone(
    database: Database, changes: dict[str, object], field: str
) -> None:
    portal = EventPortal()
    portal.rows = [row(1, "HD-9"), row(2) | changes, row(3, "HD-8")]
    assert feed(database, portal).look(Cancel()) == 3
    assert {one.id for one in box.petitions(database.read(), 9)} == {"HD-8", "HD-9"}
    aside = database.read().row("SELECT * FROM feed_unfit")
    assert (aside["source"], aside["seq"], aside["why"]) == (SOURCE, 2, field)


def test_text_loses_what_is_no_text() -> None:
    said = json.loads('"a\\u0000b\\ud800c\\u001b[31m\\nd"')
    assert told("o-1", row(1, NOIDUNG=said)).question == "a b c [31m\nd"


@given(
    st.dictionaries(
        st.sampled_from(sorted(row(1))),
        st.one_of(st.none(), st.text(), st.integers(), st.lists(st.text())),
    )
)
def test_a_row_is_understood_or_unfit(changes) -> None:
    try:
        one = told("o-1", row(1) | {**changes, "seq": 1})
    except Unfit:
        return
    assert isinstance(one, Told)
    assert MARKER not in repr(one)
