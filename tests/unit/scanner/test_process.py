"""Misbehaving programs in place of scanimage: ours must come back, and nothing may stay behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.scanner.api import ScannedPage, Source
from devices.scanner.options import ScanOptions
from devices.scanner.scanimage import ScanimageScanner
from devices.status import Kind, Level

_HEAD = """#!{python} -S
import os, signal, sys, time
folder = "." if "--batch-print" in sys.argv else ""
def words(text):
    sys.stderr.write(text); sys.stderr.flush()
def page(number, body=b"P5 40 40 255 " + bytes(800) + b"\\xff" * 800):
    path = "page-%d.pnm" % number
    open(path, "wb").write(body)
    print(path, flush=True)
open({pids!r}, "a").write(str(os.getpid()) + "\\n")
"""
_DEAF = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
_JAM = "words('Progress: 0.0%scanimage: sane_read: Document feeder jammed\\n')\n"
_SLEEP = "time.sleep(60)\n"


class Bench:
    """A scanner whose program is a few lines of ours."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pids = folder / "pids"
        self.private = folder / "private 100%d"
        self.private.mkdir()
        self.pages: list[ScannedPage] = []
        self.shares: list[float] = []

    def scanner(self, body: str, timeout_s: float = 5) -> ScanimageScanner:
        program = self._folder / "scanimage"
        program.write_text(_HEAD.format(python=sys.executable, pids=str(self._pids)) + body)
        program.chmod(0o700)
        return ScanimageScanner(
            ScanOptions(
                dpi=25,
                width_mm=40,
                height_mm=40,
                timeout_s=timeout_s,
                program=str(program),
                folder=self.private,
            )
        )

    def scan(self, body: str, cancel: Cancel | None = None, timeout_s: float = 5) -> int:
        return self.scanner(body, timeout_s).scan(
            Source.FEEDER, self.pages.append, self.shares.append, cancel or Cancel()
        )

    def code(self, body: str, **options: float) -> str:
        with pytest.raises(Fault) as fault:
            self.scan(body, **options)
        return fault.value.code

    def nothing_is_left(self) -> None:
        assert list(self.private.iterdir()) == []
        assert not [thread for thread in threading.enumerate() if "scanner" in thread.name]
        for pid in self._pids.read_text().split():
            assert not _lives(int(pid))


def _lives(pid: int) -> bool:
    """False for what has ended, also where nobody has fetched its exit code yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@pytest.fixture
def bench(tmp_path: Path):
    bench = Bench(tmp_path)
    yield bench
    bench.nothing_is_left()


def test_pages_come_one_by_one_before_the_end(bench: Bench) -> None:
    seen: list[float] = []
    body = "page(1)\ntime.sleep(0.6)\npage(2)\n"
    scanner = bench.scanner(body)
    pages = scanner.scan(
        Source.FEEDER, lambda _page: seen.append(time.monotonic()), lambda _share: None, Cancel()
    )
    assert pages == 2
    assert seen[1] - seen[0] > 0.4


def test_a_program_that_hangs_and_is_deaf_after_a_jam(bench: Bench) -> None:
    begun = time.monotonic()
    assert bench.code(_DEAF + "page(1)\n" + _JAM + _SLEEP) == "SCANNER_JAM"
    assert time.monotonic() - begun < 8
    assert len(bench.pages) == 1


def test_a_program_that_hangs_after_a_jam_but_listens(bench: Bench) -> None:
    begun = time.monotonic()
    assert bench.code("signal.signal(2, lambda *a: os._exit(9))\n" + _JAM + _SLEEP) == "SCANNER_JAM"
    assert time.monotonic() - begun < 4


def test_no_progress_is_a_timeout(bench: Bench) -> None:
    assert bench.code(_SLEEP, timeout_s=0.4) == "SCANNER_TIMEOUT"


def test_progress_keeps_a_slow_page_alive(bench: Bench) -> None:
    body = (
        "for n in range(8):\n words('Progress: %d.5%%\\r' % (n * 10)); time.sleep(0.1)\npage(1)\n"
    )
    assert bench.scan(body, timeout_s=0.5) == 1
    assert bench.shares[:3] == pytest.approx([0.005, 0.105, 0.205])
    assert bench.shares[-1] == 1


def test_a_child_of_the_program_goes_too(bench: Bench) -> None:
    child = "import subprocess\nsubprocess.Popen([sys.executable, '-c', 'import os, time; open(os.environ[\"P\"], \"a\").write(str(os.getpid()) + chr(10)); time.sleep(60)'], env={'P': PIDS})\n"
    wait = "while open(PIDS).read().count(chr(10)) < 2: time.sleep(0.01)\npage(1)\n"
    body = (child + wait).replace("PIDS", repr(str(bench._pids)))
    begun = time.monotonic()
    assert bench.code(body + _SLEEP, timeout_s=2) == "SCANNER_TIMEOUT"
    assert time.monotonic() - begun < 15
    assert len(bench._pids.read_text().split()) == 2


def test_cancel_decides_whatever_the_program_says(bench: Bench) -> None:
    cancel = Cancel()
    body = "signal.signal(2, lambda *a: (words('scanimage: sane_read: Error during device I/O\\n'), os._exit(9)))\n"
    scanner = bench.scanner(body + "page(1)\n" + _SLEEP)
    with pytest.raises(Cancelled):
        scanner.scan(Source.FEEDER, lambda _page: cancel.cancel(), bench.shares.append, cancel)


def test_a_bug_in_the_callers_function_ends_the_program_too(bench: Bench) -> None:
    def bug(_page: ScannedPage) -> None:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        bench.scanner("page(1)\n" + _SLEEP).scan(Source.FEEDER, bug, lambda _share: None, Cancel())


def test_a_crash_of_the_driver(bench: Bench) -> None:
    assert bench.code("os.kill(os.getpid(), signal.SIGSEGV)\n") == "SCANNER_ERROR"


def test_a_cut_file_is_a_fault(bench: Bench) -> None:
    assert bench.code("page(1, b'P5 40 40 255 ' + bytes(10))\n") == "SCANNER_ERROR"


def test_a_page_outside_of_the_private_folder_is_not_read(bench: Bench) -> None:
    assert bench.code("print('/etc/hostname', flush=True)\n") == "SCANNER_ERROR"
    assert bench.pages == []


def test_endless_words_do_not_fill_the_memory(bench: Bench) -> None:
    body = "words('x' * 3_000_000)\nfor n in range(5000): words('noise %d\\n' % n)\npage(1)\n"
    assert bench.scan(body) == 1


def test_the_folder_is_private_and_names_nobody(bench: Bench) -> None:
    seen: list[os.stat_result] = []
    scanner = bench.scanner("page(1)\n")
    scanner.scan(
        Source.FEEDER,
        lambda _page: seen.extend(path.stat() for path in bench.private.iterdir()),
        lambda _share: None,
        Cancel(),
    )
    assert [stat.S_IMODE(one.st_mode) for one in seen] == [0o700]


def test_texts_stay_english(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert bench.scan("assert os.environ['LC_ALL'] == 'C'\npage(1)\n") == 1


def test_status_of_a_hanging_driver(bench: Bench) -> None:
    status = bench.scanner(_DEAF + _SLEEP, timeout_s=0.5).status()
    assert (status.level, status.kind) == (Level.FAULT, Kind.TIMEOUT)


def test_status_remembers_a_fault_until_a_scan_goes_well(bench: Bench) -> None:
    body = "if folder and os.path.exists(PATH): page(1)\nelif folder:\n " + _JAM + " sys.exit(6)\n"
    mended = bench.private.parent / "mended"
    scanner = bench.scanner(body.replace("PATH", repr(str(mended))))
    assert scanner.status().level is Level.OK
    with pytest.raises(Fault):
        scanner.scan(Source.FEEDER, bench.pages.append, bench.shares.append, Cancel())
    assert (scanner.status().level, scanner.status().kind) == (Level.UNKNOWN, Kind.JAM)
    mended.touch()
    scanner.scan(Source.FEEDER, bench.pages.append, bench.shares.append, Cancel())
    assert scanner.status().level is Level.OK


def test_a_missing_program_is_offline(tmp_path: Path) -> None:
    scanner = ScanimageScanner(ScanOptions(program=str(tmp_path / "none"), folder=tmp_path))
    assert scanner.status().kind is Kind.OFFLINE
    with pytest.raises(Fault) as fault:
        scanner.scan(Source.FEEDER, lambda _page: None, lambda _share: None, Cancel())
    assert fault.value.code == "SCANNER_OFFLINE"


def test_command_line() -> None:
    options = ScanOptions(
        device="x:1", feeder_source="ADF", flatbed_source="", options=("--swap=yes",)
    )
    feeder = options.scan(Source.FEEDER)
    assert feeder[:4] == ["scanimage", "--device-name", "x:1", "--swap=yes"]
    assert feeder[feeder.index("--source") + 1] == "ADF"
    assert "--batch-count=1" not in feeder
    glass = options.scan(Source.FLATBED)
    assert "--source" not in glass
    assert "--batch-count=1" in glass


def test_pages_of_a_killed_program_go_at_the_start_and_no_living_one_s(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, living = tmp_path / f"scan-{dead.pid}-abc", tmp_path / f"scan-{os.getpid()}-abc"
    others = tmp_path / "scan-it-now"
    for folder in (left, living, others):
        folder.mkdir()
        (folder / "page.pnm").write_bytes(b"page")
    link = tmp_path / f"scan-{dead.pid}-link"
    link.symlink_to(others)
    ScanimageScanner(ScanOptions(program="none", folder=tmp_path))
    assert not left.exists()
    assert all((one / "page.pnm").exists() for one in (living, others, link))
