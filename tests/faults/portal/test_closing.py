"""The day ends, the program is updated, a station is replaced: nothing unsent is forgotten or deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock
from kiosk.cli import run
from kiosk.commands import closing as command
from kiosk.commands import office_key
from kiosk.commands.sync import store
from kiosk.journal import journal
from kiosk.outbox import closing as outbox_closing
from kiosk.outbox.bundle_import import open_bundle
from kiosk.settings import Settings, load
from kiosk.store.lock import state_lock
from kiosk.store.peek import peek
from tests.unit.dossiers.office import MovableClock, a_submission, open_office
from tests.unit.papers.samples import pdf_text


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A stopped station: three dossiers wait (one was tried, one is held), a fourth is done."""
    folder = tmp_path / "state"
    folder.mkdir()
    with closing(open_office(folder, clock=MovableClock(clock.now()))) as office:
        for number in range(4):
            office.register.hand_in(a_submission(f"key-{number}"))
        with office.database.transaction() as tx:
            tx.execute(
                "UPDATE outbox SET state = 'acknowledged', receipt = x'00' WHERE seq IN (1, 2)"
            )
        (item,) = office.outbox.claim("portal")
        office.outbox.retry(item.seq, 3600, error="PORTAL_DOWN")
        office.outbox.hold(5, "asked for")
    (folder / "app.db").rename(folder / "station.db")
    return load(state=folder)


@pytest.fixture
def kiosk(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Iterator:
    def call(*arguments: object) -> tuple[int, list[dict]]:
        capsys.readouterr()
        whole = ["sync", *map(str, arguments), "--state", str(settings.folder)]
        code = run(whole)
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return call


def counts(settings: Settings) -> tuple[int, int]:
    with peek(settings.folder / "station.db") as reader:
        unsent = outbox_closing.unsent(reader)
        return len(unsent), sum(one.messages for one in unsent)


def test_three_unsent_are_listed_exported_and_still_there_next_day(
    settings: Settings, kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    code, (said, fault) = kiosk("closing", "--json", "--export", out, "--pdf", out)
    assert (code, fault["fault"]) == (3, "UNSENT_LEFT")
    assert (said["dossiers"], said["messages"], said["ok"]) == (3, 6, False)
    assert [one["why"] for one in said["unsent"]] == ["PORTAL_DOWN", "HELD", None]
    assert said["unsent"][1]["state"] == "needs_attention"

    words = pdf_text(Path(said["paper"]).read_bytes(), "-layout")
    for one in said["unsent"]:
        assert one["dossier"] in words
    assert "Còn 3 hồ sơ, 6 thư chưa gửi" in words
    assert "Nguyễn" not in words

    bundle = Path(said["bundle"]["file"])
    assert bundle.parent == out
    with closing(open_bundle(bundle, office_key.of_demo(settings))) as opened:
        codes = [entry["dossier"]["code"] for entry in opened._dossiers]
    assert codes == [one["dossier"] for one in said["unsent"]]
    with peek(settings.folder / "station.db") as reader:
        assert journal.entries(reader)[-1].kind == journal.Kind.OUTBOX_EXPORTED

    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(command, "now", lambda: later)
    code, (again, _) = kiosk("closing", "--json")
    assert code == 3
    assert [one["dossier"] for one in again["unsent"]] == codes
    assert counts(settings) == (3, 6)


def test_an_update_waits_until_all_is_exported(
    settings: Settings, kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "all.bundle"
    guard = ("closing", "--before-update", "--json")
    assert kiosk(*guard)[0] == 3
    code, (said,) = kiosk(*guard, "--export", bundle)
    assert (code, said["ok"], said["dossiers"]) == (0, True, 3)
    assert kiosk(*guard)[0] == 0  # within the hour

    whole = bundle.read_bytes()
    bundle.write_bytes(whole[:-1])
    assert kiosk(*guard)[0] == 3  # no longer the file it was
    bundle.write_bytes(whole)
    assert kiosk(*guard)[0] == 0

    for hours in (2, -1):  # too long ago; a clock that was set back
        at = clock.now() + timedelta(hours=hours)
        monkeypatch.setattr(command, "now", lambda at=at: at)
        assert kiosk(*guard)[0] == 3
    monkeypatch.setattr(command, "now", clock.now)

    (settings.folder / "station.db").rename(settings.folder / "app.db")
    with closing(open_office(settings.folder, clock=MovableClock(clock.now()))) as office:
        office.register.hand_in(a_submission("key-late"))
    (settings.folder / "app.db").rename(settings.folder / "station.db")
    assert kiosk(*guard)[0] == 3  # something came after the bundle
    assert counts(settings) == (4, 8)


def test_a_bundle_that_lacks_a_scan_lets_no_update_go_on(
    settings: Settings, kiosk, tmp_path: Path
) -> None:
    scans = sorted((settings.folder / "attachments").glob("??/??/*.bin"))
    for scan in scans:
        scan.unlink()
    code, (said, fault) = kiosk(
        "closing", "--before-update", "--json", "--export", tmp_path / "all.bundle"
    )
    assert (code, said["ok"], said["carried_away"]) == (3, False, False)
    assert (fault["fault"], len(said["bundle"]["lost"])) == ("UNSENT_LEFT", 3)
    assert kiosk("closing", "--before-update", "--json")[0] == 3
    assert "Not whole in it" in command.readable(said)


def test_no_update_under_a_running_station(settings: Settings, kiosk, tmp_path: Path) -> None:
    with state_lock(settings.folder):
        code, (fault,) = kiosk("closing", "--before-update", "--export", tmp_path / "x")
        assert (code, fault["fault"]) == (3, "STATE_IN_USE")
        assert not (tmp_path / "x").exists()
        assert kiosk("closing", "--json")[1][0]["dossiers"] == 3  # the list works beside it


def test_when_all_is_sent_nothing_is_asked(settings: Settings, kiosk, tmp_path: Path) -> None:
    with store(settings) as database, database.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'acknowledged', receipt = x'00'")
    code, (said,) = kiosk("closing", "--before-update", "--json", "--export", tmp_path / "x")
    assert (code, said["ok"], said["bundle"]) == (0, True, None)
    assert not (tmp_path / "x").exists()
    assert kiosk("closing", "--pdf", tmp_path / "list.pdf") == (0, [])
    assert "Không còn hồ sơ chưa gửi" in pdf_text((tmp_path / "list.pdf").read_bytes())
    assert kiosk("closing", "--pdf", tmp_path / "list.pdf")[0] == 3  # never over another file


def test_a_station_that_never_ran(tmp_path: Path) -> None:
    assert run(["sync", "closing", "--before-update", "--state", str(tmp_path)]) == 0
    assert run(["sync", "closing", "--state", str(tmp_path / "none")]) == 2


@pytest.mark.parametrize("value", ["", "7", "{}", '{"at": "x"}', '{"at": null}'])
def test_a_note_that_can_t_be_read_covers_nothing(settings: Settings, kiosk, value: str) -> None:
    with store(settings) as database, database.transaction() as tx:
        tx.execute("INSERT INTO meta VALUES ('closing', ?)", (value,))
    assert kiosk("closing", "--before-update")[0] == 3


def test_without_a_reason_nothing_leaves(settings: Settings, kiosk, tmp_path: Path) -> None:
    assert kiosk("export", tmp_path / "x", "--reason", "  ")[0] == 2
    assert not (tmp_path / "x").exists()
    code, (said,) = kiosk("export", tmp_path / "x", "--reason", "new disk", "--by", "staff-7")
    assert (code, said["dossiers"], said["noted"]) == (0, 3, True)
    with peek(settings.folder / "station.db") as reader:
        entry = journal.entries(reader)[-1]
    assert (entry.kind, entry.actor) == (journal.Kind.OUTBOX_EXPORTED, "staff-7")
