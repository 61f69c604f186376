"""Loading the library leaves no trace: no log handler, no folder, no foreign pickle."""

from __future__ import annotations

import os
import pickle
import platform
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import logging, sys
from devices.ticket_printer.encoder import Encoder
from devices.ticket_printer.options import TicketOptions
assert "escpos" not in sys.modules
from PIL import Image
data = Encoder(TicketOptions()).band(Image.new("1", (576, 100), 0))
assert len(data) == 8 + 72 * 100, len(data)
assert logging.getLogger().handlers == [], logging.getLogger().handlers
"""


class _Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("exploded",)


def test_loading_leaves_nothing_behind(tmp_path: Path) -> None:
    temp, foreign = tmp_path / "temp", tmp_path / "foreign"
    temp.mkdir()
    foreign.mkdir()
    bomb = foreign / f"{platform.python_version()}.capabilities.pickle"
    bomb.write_bytes(pickle.dumps(_Bomb()))
    root = Path(__file__).parents[3]
    env = {
        **os.environ,
        "TMPDIR": str(temp),
        "ESCPOS_CAPABILITIES_PICKLE_DIR": str(foreign),
        "PYTHONPATH": str(root),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROGRAM],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(temp.iterdir()) == []
    assert not (tmp_path / "exploded").exists()
