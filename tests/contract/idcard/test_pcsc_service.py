"""pcscd absent, stopped, started again; another program at the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import scard
from devices.idcard.api import CardChange
from devices.idcard.link import Limits
from devices.idcard.pcsc import PcscReader
from devices.idcard.pcsc_monitor import Monitor
from devices.idcard.reader import Means
from devices.idcard.virtual import daemon, vpcd
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.daemon import NotPossible, PcscDaemon
from devices.status import Level
from tests.contract.idcard.conftest import Events, PcscDesk

pytestmark = pytest.mark.pcsc
KEY = VirtualCard().key


def quiet(_: object) -> None:
    pass


@pytest.fixture
def stopped(service):
    service.stop()
    yield service
    if not daemon.listens(service.socket_file):
        service.start()


def test_without_the_service(stopped):
    reader = PcscReader()
    for call in (reader.readers, lambda: reader.read(KEY, quiet, Cancel())):
        with pytest.raises(Fault, match="PCSC_DOWN: establish 0x8010001D"):
            call()
    assert reader.status().level is Level.FAULT
    events = Events()
    watch = reader.watch(events.put)
    assert events.get(timeout=5).change is CardChange.SERVICE_GONE
    watch.stop()


def test_stopped_and_started_again_while_the_monitor_runs(service):
    events = Events()
    monitor = Monitor(events.put, list, back_off=(0.1,))
    card = VirtualCard()
    with vpcd.PluggedCard(card, service.connect()):
        events.until(CardChange.CARD_IN)
        service.stop()
        assert events.get(timeout=10).change is CardChange.CARD_OUT
        assert events.get(timeout=10).change is CardChange.SERVICE_GONE
    service.start()
    assert events.get(timeout=10).change is CardChange.SERVICE_BACK
    assert events.get(timeout=10).change is CardChange.READERS_CHANGED
    with vpcd.PluggedCard(card, service.connect()):
        events.until(CardChange.CARD_IN)
        assert PcscReader().read(KEY, quiet, Cancel()).citizen is not None
    events.until(CardChange.CARD_OUT)
    monitor.stop()


def test_the_monitor_sleeps_while_nothing_happens(service, monkeypatch):
    waits = []
    real = scard.wait_for_change

    def counting(*args):
        waits.append(args)
        return real(*args)

    monkeypatch.setattr(scard, "wait_for_change", counting)
    events = Events()
    watch = PcscReader().watch(events.put)
    events.until(CardChange.READERS_CHANGED)
    with vpcd.PluggedCard(VirtualCard(), service.connect()):
        events.until(CardChange.CARD_IN)
    events.until(CardChange.CARD_OUT)
    watch.stop()
    assert len(waits) < 20


def test_the_service_dies_during_a_reading(service):
    desk = PcscDesk(service)
    desk.put(VirtualCard())

    def stop(progress) -> None:
        if progress.total > 100:
            service.stop()

    with pytest.raises(Fault) as caught:
        desk.reader.read(KEY, stop, Cancel())
    assert caught.value.code in ("PCSC_DOWN", "CARD_REMOVED", "READER_ERROR")
    service.start()
    desk.lift()


def test_another_program_holds_the_card(service):
    desk = PcscDesk(service)
    desk.put(VirtualCard())
    context = scard.establish()
    card, _ = scard.connect(context, desk.reader.readers()[0])
    scard.begin(card)
    reader = PcscReader(means=Means(limits=Limits(open_seconds=0.5)))
    with pytest.raises(Fault, match="READER_BUSY"):
        reader.read(KEY, quiet, Cancel())
    scard.end(card)
    scard.disconnect(card)
    scard.release(context)
    assert reader.read(KEY, quiet, Cancel()).citizen is not None
    desk.lift()


def test_two_slots(service):
    events = Events()
    watch = PcscReader().watch(events.put)
    with (
        vpcd.PluggedCard(VirtualCard(), service.connect(0)),
        vpcd.PluggedCard(VirtualCard(), service.connect(1)),
    ):
        names = {events.until(CardChange.CARD_IN).reader for _ in range(2)}
        assert names == set(PcscReader().readers())
        second = PcscReader("00 01").read(KEY, quiet, Cancel())
        assert second.reader.endswith("00 01")
        with pytest.raises(Fault, match="NO_READER"):
            PcscReader("no such").read(KEY, quiet, Cancel())
    for _ in range(2):
        events.until(CardChange.CARD_OUT)
    watch.stop()


def test_the_slots_are_kept_off_the_network(service):
    with pytest.raises(OSError):  # noqa: PT011  # refused, whatever the system calls it
        vpcd.dial("127.0.0.1", vpcd.PORT, 0.5)
    assert daemon.listens(service.socket_file)


def test_a_second_daemon_in_the_same_place_is_refused(service):
    with pytest.raises(NotPossible, match="another pcscd"):
        PcscDaemon(service.socket_file.parent).start()


def test_what_is_missing_is_said(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(daemon.os, "geteuid", lambda: 1000)
    with pytest.raises(NotPossible, match="root"):
        PcscDaemon(tmp_path).start()
    monkeypatch.setattr(daemon.os, "geteuid", lambda: 0)
    monkeypatch.setattr(daemon.shutil, "which", lambda tool: None)
    assert "pcscd" in daemon.missing()
    monkeypatch.undo()
    monkeypatch.setattr(daemon, "DRIVERS", (tmp_path,))
    monkeypatch.setattr(daemon.os, "geteuid", lambda: 0)
    monkeypatch.setattr(daemon.shutil, "which", lambda tool: f"/bin/{tool}")
    assert "vpcd" in daemon.missing()
