"""The same expectations for every code reader: the simulated one and a serial port on a real tty."""

from __future__ import annotations

import contextlib
import os
import pty
import queue
import threading
import tty
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.code_reader.api import Code, CodeReader
from devices.code_reader.serial_reader import SerialCodeReader
from devices.code_reader.simulated import SimulatedCodeReader
from devices.idcard import qr
from devices.status import Kind, Level

TEXT = (
    "001300012345|012345678|Nguyễn Thị Mẫu|02032000|Nữ|"
    "Số 1 Phố Mẫu, Phường Thử, Ba Đình, Hà Nội|10052021"
)
PATIENCE = 20.0


class Simulated:
    name = "simulated"

    def __init__(self, folder: Path) -> None:
        self.reader = SimulatedCodeReader()

    def scan(self, raw: bytes) -> None:
        self.reader.scan(raw)

    def unplug(self) -> None:
        self.reader.switches.offline = True

    def plug(self) -> None:
        self.reader.switches.offline = False

    def close(self) -> None:
        pass


class Serial:
    """The master of a pseudo terminal is the scanner; a link gives the port its stable name."""

    name = "serial"

    def __init__(self, folder: Path) -> None:
        self._link = folder / "usb-Maker_Scanner_0001-if00"
        self._master: int | None = None
        self.plug()
        self.reader = SerialCodeReader(str(folder / "usb-*"), back_off=(0.02,))

    def scan(self, raw: bytes) -> None:
        self.send(raw + b"\r")

    def send(self, raw: bytes) -> None:
        assert self._master is not None
        while raw:
            raw = raw[os.write(self._master, raw) :]

    def unplug(self) -> None:
        self._link.unlink()
        os.close(self._master)
        self._master = None

    def plug(self) -> None:
        self._master, slave = pty.openpty()
        tty.setraw(self._master)
        self._link.symlink_to(os.ttyname(slave))
        os.close(slave)

    def close(self) -> None:
        if self._master is not None:
            os.close(self._master)


class Ear:
    """Hears codes on the reader's thread."""

    def __init__(self) -> None:
        self.codes: queue.Queue[Code] = queue.Queue()
        self.threads: set[int] = set()

    def __call__(self, code: Code) -> None:
        self.threads.add(threading.get_ident())
        self.codes.put(code)

    def next(self) -> Code:
        return self.codes.get(timeout=PATIENCE)


@pytest.fixture(params=[Simulated, Serial], ids=lambda rig: rig.name)
def rig(request: pytest.FixtureRequest, tmp_path: Path):
    rig = request.param(tmp_path)
    yield rig
    rig.close()
    assert not [thread for thread in threading.enumerate() if "code-reader" in thread.name]


@pytest.fixture
def serial(tmp_path: Path):
    rig = Serial(tmp_path)
    yield rig
    rig.close()
    assert not [thread for thread in threading.enumerate() if "code-reader" in thread.name]


def until(true: Callable[[], bool]) -> None:
    """Waits for what no event tells: a status, which is asked for."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if true():
            return
        waiting.wait(0.01)
    pytest.fail("it didn't come")


@contextlib.contextmanager
def listening(reader: CodeReader, ear: Callable[[Code], None]):
    watch = reader.watch(ear)
    try:
        until(lambda: reader.status().level is Level.OK)
        yield watch
    finally:
        watch.stop()


def test_a_card_is_read_on_a_thread_of_its_own(rig):
    ear = Ear()
    with listening(rig.reader, ear):
        rig.scan(TEXT.encode())
        code = ear.next()
    assert code == Code(TEXT)
    assert qr.parse(code.text).full_name == "Nguyễn Thị Mẫu"
    assert threading.get_ident() not in ear.threads


def test_scans_come_in_order_and_empty_ones_not_at_all(rig):
    ear = Ear()
    with listening(rig.reader, ear):
        for raw in (b"one", b"", b"\x00", b"two", b"one"):
            rig.scan(raw)
        assert [ear.next().text for _ in range(3)] == ["one", "two", "one"]
        assert ear.codes.empty()


def test_a_wrong_encoding_is_mended(rig):
    ear = Ear()
    with listening(rig.reader, ear):
        rig.scan(TEXT.encode().decode("latin-1").encode("utf-8"))
        assert ear.next() == Code(TEXT)


def test_bytes_that_are_no_text_are_doubtful(rig):
    ear = Ear()
    with listening(rig.reader, ear):
        rig.scan(b"Nguy\xff\xfe\x81n")
        assert ear.next().doubtful


def test_too_long_a_code_is_dropped_and_the_next_one_read(rig):
    ear = Ear()
    with listening(rig.reader, ear):
        rig.scan(b"x" * 65536)
        rig.scan(b"after")
        assert ear.next().text == "after"


def test_unplugged_and_back(rig):
    ear = Ear()
    with listening(rig.reader, ear):
        rig.scan(b"before")
        assert ear.next().text == "before"
        rig.unplug()
        until(lambda: rig.reader.status().kind is Kind.OFFLINE)
        rig.plug()
        until(lambda: rig.reader.status().level is Level.OK)
        rig.scan(b"after")
        assert ear.next().text == "after"


def test_unplugged_while_nobody_watches(rig):
    rig.unplug()
    assert rig.reader.status().level is Level.FAULT
    assert rig.reader.status().kind is Kind.OFFLINE


def test_all_who_listen_hear_and_who_stopped_does_not(rig):
    one, two = Ear(), Ear()
    with listening(rig.reader, one) as first, listening(rig.reader, two):
        rig.scan(b"both")
        assert one.next() == two.next() == Code("both")
        first.stop()
        first.stop()
        rig.scan(b"second only")
        assert two.next().text == "second only"
        assert one.codes.empty()


def test_it_can_be_watched_again(rig):
    for _ in range(3):
        ear = Ear()
        with listening(rig.reader, ear):
            rig.scan(b"again")
            assert ear.next().text == "again"


def test_a_listener_may_stop_itself(rig):
    ear = Ear()
    watches = []

    def once(code: Code) -> None:
        watches[0].stop()
        ear(code)

    watches.append(rig.reader.watch(once))
    until(lambda: rig.reader.status().level is Level.OK)
    rig.scan(b"once")
    assert ear.next().text == "once"
    until(lambda: not [one for one in threading.enumerate() if "code-reader" in one.name])


def test_stopping_does_not_wait_for_a_code(rig):
    watch = rig.reader.watch(Ear())
    watch.stop()
    assert not [thread for thread in threading.enumerate() if "code-reader" in thread.name]


# --- the serial port alone ----------------------------------------------------------------------


def test_letters_cut_between_two_reads(serial):
    ear = Ear()
    with listening(serial.reader, ear):
        raw = TEXT.encode() + b"\r\n"
        for at in range(0, len(raw), 7):
            serial.send(raw[at : at + 7])
        assert ear.next() == Code(TEXT)


def test_two_scans_back_to_back(serial):
    ear = Ear()
    with listening(serial.reader, ear):
        serial.send(b"one\rtwo\n")
        assert [ear.next().text, ear.next().text] == ["one", "two"]


def test_without_terminator_a_silence_ends_the_code(serial):
    ear = Ear()
    with listening(serial.reader, ear):
        serial.send(TEXT.encode())
        assert ear.next() == Code(TEXT)


def test_unplugged_in_the_middle_of_a_code(serial):
    reader = SerialCodeReader(str(serial._link), gap_s=PATIENCE, back_off=(0.02,))
    ear = Ear()
    with listening(reader, ear):
        serial.send(b"00130001")
        serial.unplug()
        until(lambda: reader.status().kind is Kind.OFFLINE)
        serial.plug()
        until(lambda: reader.status().level is Level.OK)
        serial.scan(b"whole")
        assert ear.next().text == "whole"


def test_a_port_that_comes_later_is_waited_for(serial):
    serial.unplug()
    ear = Ear()
    watch = serial.reader.watch(ear)
    until(lambda: serial.reader.status().kind is Kind.OFFLINE)
    serial.plug()
    until(lambda: serial.reader.status().level is Level.OK)
    serial.scan(b"at last")
    assert ear.next().text == "at last"
    watch.stop()


def test_controls_of_the_terminal_are_data(serial):
    """Raw: ^C, ^D and XOFF in a code neither end the program nor stop the line."""
    ear = Ear()
    with listening(serial.reader, ear):
        serial.scan(b"one\x03\x04\x13\x11\x1a two")
        assert ear.next().text == "one two"


def test_status_names_no_port_several_ports_and_no_port_at_all(serial, tmp_path):
    assert serial.reader.status().level is Level.UNKNOWN
    (tmp_path / "usb-Other").symlink_to("/dev/null")
    assert serial.reader.status().text == "2 ports fit, exactly one is needed"
    assert SerialCodeReader(str(tmp_path / "none")).status().kind is Kind.OFFLINE


@pytest.mark.parametrize("kind", ["file", "null", "folder", "nul byte"])
def test_what_is_no_serial_port(tmp_path, kind):
    file = tmp_path / "file"
    file.write_text("x")
    port = {"file": str(file), "null": "/dev/null", "folder": str(tmp_path), "nul byte": "/a\0b"}
    reader = SerialCodeReader(port[kind], back_off=(0.02,))
    watch = reader.watch(Ear())
    until(lambda: reader.status().level is Level.FAULT)
    watch.stop()
    assert not [thread for thread in threading.enumerate() if "code-reader" in thread.name]
