"""When feeds are asked, what trouble does to them, and how their thread ends."""

from __future__ import annotations

import threading
from random import Random

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from kiosk import feeds
from kiosk.store.database import Database
from sync.feeds import Feeds
from sync.portal.driver import Busy, Unreachable
from sync.portal.transport import Failed
from tests.fakes.feed_portal import SayingPortal, reply
from tests.fakes.moving_clock import MovingClock

POLL_S = 300.0


class Scripted:
    """Does in turn what it is told, the last thing for ever: a number came, or it is raised."""

    def __init__(self, source: str, *turns: int | BaseException) -> None:
        self.source = source
        self.turns = list(turns)
        self.looks = 0
        self.looked = threading.Event()

    def look(self, cancel: Cancel) -> int:
        self.looks += 1
        self.looked.set()
        turn = self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]
        if isinstance(turn, BaseException):
            raise turn
        return turn


@pytest.fixture
def database(tmp_path):
    with Database(tmp_path / "a.db", MovingClock()) as opened:
        yield opened


class Seconds:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def make(database, seconds):
    def made(*parts, portal=None, **more) -> Feeds:
        portal = portal or SayingPortal(reply({}))
        more = {"poll_s": POLL_S, "monotonic": seconds} | more
        return Feeds(parts, portal, database, Random(7), **more)

    return made


def fault(database, source="a") -> str:
    return feeds.load(database.read(), source).fault


def test_each_feed_is_asked_once_in_its_time(make, seconds):
    one, two = Scripted("a", 3), Scripted("b", 0)
    news = []
    runner = make(one, two, on_news=news.append)
    assert runner.round(Cancel()) == 3
    assert runner.round(Cancel()) == 0
    assert (one.looks, two.looks, news) == (1, 1, ["a"])
    seconds.at += POLL_S * 0.8 - 1
    runner.round(Cancel())
    assert (one.looks, two.looks) == (1, 1)
    seconds.at += POLL_S * 0.4 + 1
    runner.round(Cancel())
    assert (one.looks, two.looks) == (2, 2)


def test_stations_spread_their_questions(database, seconds):
    waits = set()
    for seed in range(20):
        runner = Feeds(
            [Scripted("a", 0)],
            SayingPortal(reply({})),
            database,
            Random(seed),
            poll_s=POLL_S,
            monotonic=seconds,
        )
        runner.round(Cancel())
        waits.add(round(runner._wait_s()))
    assert len(waits) > 10
    assert all(POLL_S * 0.8 <= wait <= POLL_S * 1.2 for wait in waits)


def test_trouble_is_told_and_doesnt_hold_up_the_others(make, database, seconds):
    one, two = Scripted("a", Failed(Unreachable()), 2), Scripted("b", 5)
    runner = make(one, two)
    assert runner.round(Cancel()) == 5
    assert fault(database) == "PORTAL_DOWN"
    seconds.at += 2.0  # the first wait of full jitter is two seconds at most
    assert runner.round(Cancel()) == 2
    assert two.looks == 1


def test_the_wait_grows_and_has_an_end(make, seconds):
    one = Scripted("a", Failed(Unreachable()))
    runner = make(one)
    longest = 0.0
    for _ in range(40):
        runner.round(Cancel())
        wait_s = runner._wait_s()
        longest = max(longest, wait_s)
        assert wait_s <= 900
        seconds.at += wait_s
    assert one.looks == 40
    assert longest > 300


def test_a_retry_after_is_never_undercut(make, seconds):
    one = Scripted("a", Failed(Busy(503, 1000.0)))
    runner = make(one)
    runner.round(Cancel())
    seconds.at += 999.0
    runner.round(Cancel())
    assert one.looks == 1
    seconds.at += 1.0
    runner.round(Cancel())
    assert one.looks == 2


def test_a_wake_asks_early_but_doesnt_shorten_a_rest(make):
    one, two = Scripted("a", Failed(Busy(503, 1000.0))), Scripted("b", 0)
    runner = make(one, two)
    runner.round(Cancel())
    runner.round(Cancel(), woken=True)
    assert (one.looks, two.looks) == (1, 2)


def test_a_person_who_asks_ends_every_rest(make):
    one, portal = Scripted("a", Failed(Busy(503, 1000.0)), 4), SayingPortal(reply({}))
    runner = make(one, portal=portal)
    runner.round(Cancel())
    assert runner.drain(Cancel(), 20) == 4
    assert portal.ends[0] is not None
    assert portal.ends[-1] is None


def test_a_fault_is_written_once_and_gone_with_the_next_answer(make, database, seconds):
    runner = make(Scripted("a", Fault("FEED_UNFIT", "next")))
    for _ in range(3):
        runner.round(Cancel())
        seconds.at += 1000
    assert fault(database) == "FEED_UNFIT"
    with database.transaction() as tx:
        feeds.advance(tx, "a", "o", 7, news=True)
    stands = feeds.load(database.read(), "a")
    assert (stands.cursor, stands.fault) == (7, "")
    assert stands.changed_at == stands.answered_at is not None


def test_cancelling_is_no_trouble(make, database):
    runner = make(Scripted("a", Cancelled()))
    assert runner.round(Cancel()) == 0
    assert fault(database) == ""


def test_a_bug_of_one_feed_doesnt_hold_up_the_others(make, database, caplog):
    bug, sound = Scripted("a", ZeroDivisionError()), Scripted("b", 1)
    assert make(bug, sound).round(Cancel()) == 1
    assert fault(database) == "PROGRAM_ERROR"
    assert "ZeroDivisionError" in caplog.text


def test_the_thread_looks_again_and_again_and_ends(database):
    feed, portal = Scripted("a", ZeroDivisionError(), 1), SayingPortal(reply({}))
    runner = Feeds([feed], portal, database, Random(1), poll_s=0.01)
    thread = threading.Thread(target=runner.run, args=(Cancel(),), daemon=True)
    thread.start()
    for _ in range(3):
        assert feed.looked.wait(20)
        feed.looked.clear()
    runner.close()
    thread.join(20)
    assert not thread.is_alive()
    assert portal.closed


def test_a_wake_reaches_the_thread(database):
    feed = Scripted("a", 0)
    runner = Feeds([feed], SayingPortal(reply({})), database, Random(1), poll_s=3600)
    runner._sleep = lambda *_what, wakeable=True, **_names: wakeable and runner._woken.wait(20)
    thread = threading.Thread(target=runner.run, args=(Cancel(),), daemon=True)
    thread.start()
    assert feed.looked.wait(20)
    feed.looked.clear()
    runner.wake()
    assert feed.looked.wait(20)
    runner.close()
    thread.join(20)
    assert not thread.is_alive()


def test_what_we_cut_ourselves_is_no_trouble_of_the_portal(make, database):
    class Cut(Scripted):
        def look(self, cancel: Cancel) -> int:
            runner.close()
            return super().look(cancel)

    runner = make(Cut("a", Failed(Unreachable("closed"))))
    runner.round(Cancel())
    assert fault(database) == ""
