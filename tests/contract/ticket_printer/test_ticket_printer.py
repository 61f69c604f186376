"""The driver against the strict printer over TCP: what is printed, what is said, what is raised."""

from __future__ import annotations

import queue
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.status import Kind, Level
from devices.ticket_printer.api import PrintOutcome
from devices.ticket_printer.escpos import EscposTicketPrinter
from devices.ticket_printer.options import TicketOptions
from devices.ticket_printer.simulated import SimulatedTicketPrinter, serve
from devices.ticket_printer.virtual.state import Mood, PrinterState
from tests.unit.ticket_printer.escpos_reader import read_ticket

CONFIRMED, UNCONFIRMED = PrintOutcome.CONFIRMED, PrintOutcome.UNCONFIRMED


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SimulatedTicketPrinter]:
    with SimulatedTicketPrinter(tmp_path / "tickets") as printer:
        yield printer
    assert not [thread for thread in threading.enumerate() if "ticket-printer" in thread.name]


def driver(box: SimulatedTicketPrinter, **options: object) -> EscposTicketPrinter:
    return EscposTicketPrinter(TicketOptions(**{"address": box.address, "timeout_s": 3, **options}))


def ticket(height: int = 655, seed: int = 1) -> Image.Image:
    """Noise: the worst picture there is; bytes that look like questions are put into it."""
    data = bytearray(random.Random(seed).randbytes(72 * height))
    for number in range(1, 5):
        data[72 * number : 72 * number + 6] = bytes([0xEF, 0xFB, 255 - number, 0xE2, 0x8D, 0xFE])
    return Image.frombytes("1", (576, height), bytes(data))


def eventually(ready: Callable[[], bool], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


def printed(box: SimulatedTicketPrinter, number: int = 0) -> Image.Image:
    eventually(lambda: len(box.jobs) > number)
    return read_ticket(box.jobs[number].stream.read_bytes()).picture()


@pytest.mark.parametrize("impl", ["bitImageRaster", "graphics", "bitImageColumn"])
@pytest.mark.parametrize("confirm", ["gs_r", "dle_eot"])
def test_prints_the_picture_and_confirms(
    box: SimulatedTicketPrinter, impl: str, confirm: str
) -> None:
    drawn = ticket()
    assert driver(box, impl=impl, confirm_mode=confirm).print(drawn, Cancel()) is CONFIRMED
    assert printed(box).crop((0, 0, *drawn.size)).tobytes() == drawn.tobytes()
    with Image.open(box.jobs[0].picture) as seen:
        assert seen.convert("1").crop((0, 0, *drawn.size)).tobytes() == drawn.tobytes()
    assert box.jobs[0].cut
    assert box.jobs[0].problem == ""
    assert box.errors == []


def test_two_jobs_in_a_row_start_clean(box: SimulatedTicketPrinter) -> None:
    device = driver(box)
    for seed in (1, 2):
        assert device.print(ticket(130, seed), Cancel()) is CONFIRMED
    for number, seed in enumerate((1, 2)):
        drawn = ticket(130, seed)
        assert printed(box, number).crop((0, 0, *drawn.size)).tobytes() == drawn.tobytes()
    assert [job.stream.name for job in box.jobs] == ["0001.escpos", "0002.escpos"]


@pytest.mark.parametrize(
    ("mood", "level", "kind"),
    [
        (Mood.OK, Level.OK, None),
        (Mood.NEAR, Level.WARNING, Kind.PAPER_LOW),
        (Mood.OUT, Level.FAULT, Kind.PAPER_OUT),
        (Mood.COVER, Level.FAULT, Kind.COVER_OPEN),
        (Mood.CUTTER, Level.FAULT, Kind.CUTTER),
        (Mood.OFFLINE, Level.FAULT, Kind.OFFLINE),
        (Mood.REFUSE, Level.FAULT, Kind.OFFLINE),
        (Mood.MUTE, Level.UNKNOWN, Kind.TIMEOUT),
        (Mood.GARBAGE, Level.UNKNOWN, Kind.PROTOCOL),
    ],
)
def test_status(box: SimulatedTicketPrinter, mood: Mood, level: Level, kind: Kind | None) -> None:
    box.set(mood)
    status = driver(box).status()
    assert (status.level, status.kind) == (level, kind)


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        (Mood.OUT, "TICKET_PAPER_OUT"),
        (Mood.COVER, "TICKET_COVER_OPEN"),
        (Mood.CUTTER, "TICKET_CUTTER"),
        (Mood.OFFLINE, "TICKET_OFFLINE"),
        (Mood.REFUSE, "TICKET_OFFLINE"),
    ],
)
def test_known_faults_send_nothing(box: SimulatedTicketPrinter, mood: Mood, code: str) -> None:
    box.set(mood)
    device = driver(box)
    with pytest.raises(Fault) as fault:
        device.print(ticket(), Cancel())
    assert fault.value.code == code
    box.set(Mood.OK)
    assert device.print(ticket(60), Cancel()) is CONFIRMED
    eventually(lambda: len(box.jobs) == 1)


@pytest.mark.parametrize("mood", [Mood.MUTE, Mood.GARBAGE])
def test_a_printer_that_says_nothing_useful_prints_unconfirmed(
    box: SimulatedTicketPrinter, mood: Mood
) -> None:
    box.set(mood)
    begun = time.monotonic()
    assert driver(box, timeout_s=0.5).print(ticket(200), Cancel()) is UNCONFIRMED
    assert time.monotonic() - begun < 8
    assert printed(box).height >= 200


def test_near_end_still_prints(box: SimulatedTicketPrinter) -> None:
    box.set(Mood.NEAR)
    assert driver(box).print(ticket(60), Cancel()) is CONFIRMED


def test_paper_that_ends_between_bands_is_a_fault(box: SimulatedTicketPrinter) -> None:
    box.state = PrinterState(paper_rows=250)
    device = driver(box, timeout_s=1)
    with pytest.raises(Fault) as fault:
        device.print(ticket(), Cancel())
    assert fault.value.code == "TICKET_PAPER_OUT"
    eventually(lambda: len(box.jobs) == 1)
    assert box.jobs[0].problem
    assert not box.jobs[0].cut
    box.state = PrinterState()
    assert device.print(ticket(), Cancel()) is CONFIRMED


def test_a_line_that_breaks_inside_the_picture_is_a_fault_and_the_reprint_is_whole(
    box: SimulatedTicketPrinter,
) -> None:
    device = driver(box)
    drawn = ticket(3000)
    box.state = PrinterState(drop_after=20_000, slow_ms=5)
    with pytest.raises(Fault) as fault:
        device.print(drawn, Cancel())
    assert fault.value.code == "TICKET_OFFLINE"
    box.state = PrinterState()
    eventually(lambda: len(box.jobs) == 1)
    assert device.print(drawn, Cancel()) is CONFIRMED
    assert printed(box, 1).crop((0, 0, *drawn.size)).tobytes() == drawn.tobytes()


def test_a_line_that_breaks_after_everything_was_sent_proves_nothing(
    box: SimulatedTicketPrinter,
) -> None:
    drawn = ticket(60)
    device = driver(box)
    device.print(drawn, Cancel())
    eventually(lambda: len(box.jobs) == 1)
    size = len(box.jobs[0].stream.read_bytes())
    box.state = PrinterState(drop_after=12 + size + 2)
    assert device.print(drawn, Cancel()) is UNCONFIRMED


def test_a_printer_that_takes_no_more_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        address = f"127.0.0.1:{deaf.getsockname()[1]}"
        options = TicketOptions(address=address, timeout_s=0.3, width_px=832, band_rows=600)
        huge = Image.new("1", (832, 60_000), 0)
        with pytest.raises(Fault) as fault:
            EscposTicketPrinter(options).print(huge, Cancel())
    assert fault.value.code == "TICKET_TIMEOUT"


def test_status_can_be_switched_off(box: SimulatedTicketPrinter) -> None:
    box.set(Mood.OUT)
    assert driver(box, status_mode="none").status().level is Level.UNKNOWN
    box.set(Mood.OK)
    device = driver(box, status_mode="none", confirm_mode="none")
    assert device.print(ticket(60), Cancel()) is UNCONFIRMED
    assert driver(box, status_mode="none").print(ticket(60), Cancel()) is CONFIRMED


def test_cancelled_before_and_between_bands(box: SimulatedTicketPrinter) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        driver(box).print(ticket(), cancel)
    later = Cancel()
    timer = threading.Timer(0.15, later.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        driver(box, band_sleep_ms=100).print(ticket(3000), later)
    timer.join()
    eventually(lambda: len(box.jobs) == 1)
    assert box.jobs[0].cut
    half = read_ticket(box.jobs[0].stream.read_bytes()).picture()
    assert half.height < 3000


def test_cancelling_ends_the_wait_for_a_silent_printer(box: SimulatedTicketPrinter) -> None:
    box.set(Mood.MUTE)
    cancel = Cancel()
    timer = threading.Timer(1.0, cancel.cancel)
    timer.start()
    begun = time.monotonic()
    assert driver(box, timeout_s=30).print(ticket(60), cancel) is UNCONFIRMED
    assert time.monotonic() - begun < 5
    timer.join()


def test_a_picture_of_the_wrong_kind_is_a_bug(box: SimulatedTicketPrinter) -> None:
    for wrong in (Image.new("L", (576, 10)), Image.new("1", (512, 10))):
        with pytest.raises(ValueError, match="mode 1"):
            driver(box).print(wrong, Cancel())


def test_what_is_not_escpos_is_noted(box: SimulatedTicketPrinter) -> None:
    with socket.create_connection(("127.0.0.1", box.port), timeout=5) as line:
        line.sendall(b"\x1b@Xin chao")
        assert line.recv(10) == b""
    assert box.errors


def test_serve_listens_until_cancelled_and_reads_its_mood(tmp_path: Path) -> None:
    cancel = Cancel()
    ports: queue.SimpleQueue[int] = queue.SimpleQueue()
    thread = threading.Thread(target=serve, args=(tmp_path, 0, cancel, ports.put))
    thread.start()
    try:
        port = ports.get(timeout=10)
        device = EscposTicketPrinter(TicketOptions(address=f"127.0.0.1:{port}", timeout_s=1))
        eventually(lambda: device.status().level is Level.OK)
        (tmp_path / "mood").write_text("cover\n")
        eventually(lambda: device.status().kind is Kind.COVER_OPEN)
        (tmp_path / "mood").write_text("nonsense")
        assert device.status().kind is Kind.COVER_OPEN
    finally:
        cancel.cancel()
        thread.join(10)
    assert not thread.is_alive()
