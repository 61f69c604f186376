"""The feed of states: what an honest portal says arrives once; what a hostile one says does no harm."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk import feeds
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.history import History
from kiosk.store.database import Database
from sync.cursor_feed import PAGE, Unfit, read_page
from sync.portal.driver import Busy, NotThePortal, Unreachable
from sync.portal.transport import Failed, Reply
from sync.status_feed import SOURCE, state_event, status_feed
from tests.fakes.feed_portal import EventPortal, SayingPortal, reply
from tests.unit.dossiers.office import a_submission, open_office

CODE = "H29.18-261125-0001"


def row(seq: int, state: object = "4", code: str = CODE, **changes: object) -> dict[str, object]:
    at = datetime(2026, 11, 25, 10) + timedelta(seconds=seq)  # noqa: DTZ001  the office's wall clock
    told = {"seq": seq, "MaHoSo": code, "TrangThaiHoSo": state, "ThoiDiem": f"{at:%Y%m%d%H%M%S}"}
    return told | changes


def page(rows, next_=None, origin="o-1", last=10**6):
    if next_ is None:
        next_ = max((one["seq"] for one in rows), default=0)
    return reply({"origin": origin, "last": last, "next": next_, "rows": rows})


@pytest.fixture
def office(tmp_path):
    opened = open_office(tmp_path)
    opened.register.hand_in(a_submission())
    yield opened
    opened.close()


def feed_of(office, portal):
    return status_feed("/feeds/states", "H29.18", portal, office.database, "kiosk-01")


def stands(office) -> feeds.Standing:
    return feeds.load(office.database.read(), SOURCE)


def kept(office) -> int:
    return office.database.read().number("SELECT count(*) FROM dossier_event")


def test_states_come_and_the_cursor_with_them(office):
    portal = EventPortal()
    portal.rows = [row(1, "2"), row(2, "4"), row(5, "9")]  # other agencies have the numbers between
    feed = feed_of(office, portal)
    assert feed.look(Cancel()) == 3
    assert portal.asked == ["/feeds/states?madonvi=H29.18&since=0&limit=500"]
    assert office.register.find(CODE).state is DossierState.PROCESSED
    assert stands(office).cursor == 5
    assert feed.look(Cancel()) == 0
    assert portal.since() == [0, 5]
    assert kept(office) == 3


def test_many_pages(office):
    portal = EventPortal()
    portal.rows = [row(seq, code=f"H29.18-261125-{seq:04d}") for seq in range(1, 2 * PAGE + 11)]
    assert feed_of(office, portal).look(Cancel()) == 2 * PAGE + 10
    assert portal.since() == [0, PAGE, 2 * PAGE]
    assert kept(office) == 2 * PAGE + 10


def test_a_look_that_is_cancelled_stops_between_pages(office):
    cancel = Cancel()
    portal = EventPortal()
    portal.rows = [row(seq) for seq in range(1, 2 * PAGE)]

    class Cancelling(EventPortal):
        def exchange(self, *what):
            cancel.cancel()
            return portal.exchange(*what)

    assert feed_of(office, Cancelling()).look(cancel) == PAGE
    assert stands(office).cursor == PAGE


def test_rows_twice_in_a_page_and_twice_in_all(office):
    rows = [row(2, "9"), row(1, "4"), row(2, "9")]
    feed = feed_of(office, SayingPortal(page(rows), page(rows)))
    assert feed.look(Cancel()) == 2
    feed.look(Cancel())
    assert kept(office) == 2
    assert office.register.find(CODE).state is DossierState.PROCESSED


def test_the_cursor_is_kept_with_the_rows_or_not_at_all(office, monkeypatch):
    portal = EventPortal()
    portal.rows = [row(1), row(2)]
    feed = feed_of(office, portal)

    def cut(*_what, **_names):
        raise Fault("DISK_FULL")

    with monkeypatch.context() as patched:
        patched.setattr(feeds, "advance", cut)
        with pytest.raises(Fault, match="DISK_FULL"):
            feed.look(Cancel())
    assert (kept(office), stands(office).cursor) == (0, 0)
    assert feed.look(Cancel()) == 2
    assert (kept(office), stands(office).cursor) == (2, 2)


def test_a_portal_set_up_anew_is_read_from_its_beginning(office):
    old = EventPortal("o-1")
    old.rows = [row(seq) for seq in range(1, 8)]
    feed_of(office, old).look(Cancel())
    new = EventPortal("o-2")
    new.rows = [row(1, "4"), row(9, "9")]
    assert feed_of(office, new).look(Cancel()) == 2
    assert new.since() == [7, 0]
    assert office.register.find(CODE).state is DossierState.PROCESSED
    assert (stands(office).origin, stands(office).cursor) == ("o-2", 9)


def test_an_origin_that_changes_all_the_time_is_no_endless_loop(office):
    answers = [page([row(n)], origin=f"o-{n}") for n in range(1, 9)]
    feed = feed_of(office, SayingPortal(*answers))
    feed.look(Cancel())
    full = [page([row(n) for n in range(1, PAGE + 1)], origin=f"p-{n}") for n in range(1, 9)]
    feed = feed_of(office, SayingPortal(*full))
    with pytest.raises(Fault, match="FEED_UNFIT"):
        feed.look(Cancel())


def test_a_restored_backup_is_told_and_nothing_is_taken(office):
    feed_of(office, SayingPortal(page([row(900)]))).look(Cancel())
    feed = feed_of(office, SayingPortal(page([], next_=900, last=400)))
    with pytest.raises(Fault, match="FEED_BACKWARDS"):
        feed.look(Cancel())
    assert (kept(office), stands(office).cursor) == (1, 900)


def test_a_cursor_that_goes_backwards(office):
    feed_of(office, SayingPortal(page([row(900)]))).look(Cancel())
    feed = feed_of(office, SayingPortal(page([row(3)], next_=3)))
    with pytest.raises(Fault, match="FEED_BACKWARDS"):
        feed.look(Cancel())
    assert (kept(office), stands(office).cursor) == (1, 900)


HUGE = b'{"origin":"o-1","last":9,"next":9,"rows":[' + b"{}," * 300_000 + b"{}]}"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(page([row(3)], next_=7), id="would-skip"),
        pytest.param(page([], next_=7), id="would-skip-without-rows"),
        pytest.param(page([row(1) for _ in range(PAGE + 1)]), id="too-many"),
        pytest.param(Reply(200, "application/json", HUGE, None), id="a-million"),
        pytest.param(page([{"seq": True}], next_=1), id="bool"),
        pytest.param(page([{"seq": "1"}], next_=1), id="text"),
        pytest.param(page([{"seq": 0}], next_=0), id="zero"),
        pytest.param(page([{"seq": 1.5}], next_=1), id="half"),
        pytest.param(page([{"seq": 2**70}], next_=2**70), id="large"),
        pytest.param(page(["row"], next_=1), id="no-object"),
        pytest.param(page([], origin=""), id="no-origin"),
        pytest.param(page([], origin="x" * 65), id="long-origin"),
        pytest.param(page([], origin=7), id="origin-number"),
        pytest.param(page([], next_=-1), id="below-zero"),
        pytest.param(page([], last="9"), id="last-text"),
        pytest.param(reply([]), id="list"),
        pytest.param(reply({}), id="empty"),
        pytest.param(reply(b'{"origin":"o-1","rows":['), id="cut"),
        pytest.param(reply(b"\xff\xfe{}"), id="not-utf8"),
        pytest.param(reply(b"[" * 100_000), id="deep"),
    ],
)  # fmt: skip
def test_an_answer_of_another_form_is_refused_as_a_whole(office, said):
    with pytest.raises(Fault, match="FEED_UNFIT"):
        feed_of(office, SayingPortal(said)).look(Cancel())
    assert (kept(office), stands(office).cursor) == (0, 0)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (reply(b"<html>", kind="text/html"), NotThePortal("content type text/html", 200)),
        (reply({}, 503), Busy(503)),
        (reply({}, 302), NotThePortal("redirect", 302)),
        (Unreachable("cut"), Unreachable("cut")),
    ],
)
def test_who_answers_in_the_portals_place(office, said, outcome):
    with pytest.raises(Failed) as failed:
        feed_of(office, SayingPortal(said)).look(Cancel())
    assert failed.value.outcome == outcome
    assert stands(office).cursor == 0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"TrangThaiHoSo": "0"}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": True}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": None}, "TrangThaiHoSo"),
        ({"MaHoSo": "NGUYỄN VĂN MẪU"}, "MaHoSo"),
        ({"MaHoSo": ["x"]}, "MaHoSo"),
        ({"MaHoSo": "H29.18-261125-0001\n"}, "MaHoSo"),
        ({"ThoiDiem": "20261325083000"}, "ThoiDiem"),
        ({"ThoiDiem": 20261125083000}, "ThoiDiem"),
        ({"ThoiDiem": "1999"}, "ThoiDiem"),
        ({"MaTTHC": 3}, "MaTTHC"),
        ({"KHOA": "NGUYỄN"}, "KHOA"),
        ({"KHOA": None}, "KHOA"),
    ],
)
def test_a_row_that_cant_be_understood_holds_up_nothing(office, changes, why):
    bad = row(1) | changes
    feed = feed_of(office, SayingPortal(page([bad, row(2, "9")])))
    assert feed.look(Cancel()) == 2
    assert office.register.find(CODE).state is DossierState.PROCESSED
    (aside,) = office.database.read().rows("SELECT * FROM feed_unfit")
    assert tuple(aside)[:4] == (
        SOURCE,
        "o-1",
        1,
        why,
    )  # its number and the field, nothing of its content
    assert feeds.unfit(office.database.read(), SOURCE) == 1
    assert stands(office).cursor == 2


def test_a_state_may_be_a_number(office):
    assert state_event("o", row(1, 10)).state is DossierState.HANDED_OVER


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_page_or_a_fault(body):
    with suppress(Fault):
        assert len(read_page(Reply(200, "application/json", body, None)).rows) <= PAGE


@given(
    st.dictionaries(
        st.sampled_from(["MaHoSo", "TrangThaiHoSo", "ThoiDiem", "MaTTHC", "KHOA"]), json_values
    )
)
def test_whatever_row_comes_is_an_event_or_unfit(changes):
    with suppress(Unfit):
        assert state_event("o", row(1) | changes).seq == 1


def test_a_kill_between_pages_repeats_nothing(tmp_path):
    first = open_office(tmp_path)
    first.register.hand_in(a_submission())
    portal = EventPortal()
    portal.rows = [row(1, "4"), row(2, "9")]
    feed_of(first, portal).look(Cancel())
    first.close()
    with Database(tmp_path / "app.db", first.clock) as database:
        feed = status_feed("/f", "H29.18", portal, database, "kiosk-01")
        assert feed.look(Cancel()) == 0
        assert portal.since() == [0, 2]
        assert len(History(database, "kiosk-01").of(CODE)) == 2
