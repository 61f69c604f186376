"""Pictures of a page come in every language, theme and size, for every screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ui import shots


def test_a_page_gives_all_its_pictures(qapp: QApplication, tmp_path: Path) -> None:
    assert shots.shots(tmp_path, ["person"]) == 24
    picture = QImage(str(tmp_path / "person-en-contrast-200-small.png"))
    assert (picture.width(), picture.height()) == (1366, 768)
    assert len({file.read_bytes() for file in tmp_path.iterdir()}) == 24
