"""What import-linter can't see: what is loaded when a face without a window runs."""

from __future__ import annotations

import subprocess
import sys

import resources


def test_a_face_without_a_window_loads_no_qt(tmp_path):
    probe = (
        "import sys; from kiosk.cli import run; "
        f"code = run(['doctor', '--state', {str(tmp_path)!r}]); "
        "assert code == 0, code; "
        "assert not [m for m in sys.modules if m.startswith('PySide6')], 'Qt was loaded'"
    )
    subprocess.run(
        [sys.executable, "-c", probe], check=True, timeout=60, cwd=resources.path().parent
    )


def test_the_project_names_no_machine_and_no_registry():
    root = resources.path().parent
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    bad = ("/ro" + "ot/", "/wo" + "rk/", "pypi." + "org", "npmjs." + "org", "--index" + "-url")
    for name in filter(None, tracked):
        file = root / name
        if file.suffix in {".py", ".md", ".toml", ".lock", ".ts", ".spec", ""} and file.is_file():
            text = file.read_text("utf-8", errors="ignore")
            found = [word for word in bad if word in text]
            assert not found, f"{name}: {found}"
