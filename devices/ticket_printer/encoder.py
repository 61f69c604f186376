"""Pictures as ESC/POS bytes, through python-escpos."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Protocol

from PIL import Image

from devices.ticket_printer.options import TicketOptions

_LOG = logging.getLogger(__name__)
_PICKLE_DIR = "ESCPOS_CAPABILITIES_PICKLE_DIR"

INIT = b"\x1b@"
END = b"\n" + INIT
"""Ends a job: a half-sent line is closed and the next job starts clean."""


def feed_and_cut(options: TicketOptions) -> bytes:
    feed = b"\x1bd" + bytes([options.feed_lines]) if options.feed_lines else b""
    cut = {"full": b"\x1dV\x00", "part": b"\x1dV\x01", "none": b""}[options.cut]
    return feed + cut


class _Writer(Protocol):
    """The part of the library's printer without a line that is used here."""

    output: bytes

    def clear(self) -> None: ...

    def image(self, img_source: Image.Image, *, impl: str, fragment_height: int) -> None: ...


class Encoder:
    """Turns one band into bytes; made in the worker, since the library takes half a second to load."""

    def __init__(self, options: TicketOptions) -> None:
        self._writer = _writer(options)
        self._options = options

    def band(self, picture: Image.Image) -> bytes:
        self._writer.clear()
        self._writer.image(picture, impl=self._options.impl, fragment_height=picture.height)
        return bytes(self._writer.output)


def _writer(options: TicketOptions) -> _Writer:
    """A writer with the named profile but our own width: the library's is often wrong or missing.

    An unknown name falls back to the plain profile, as a picture needs nothing of it.
    """
    library = _library()
    known = options.profile in library.capabilities.CAPABILITIES["profiles"]
    if not known:
        _LOG.warning("unknown printer profile, taking the plain one")
    writer = library.printer.Dummy(profile=options.profile if known else "default")
    width = {"width": {"pixels": options.width_px, "mm": "Unknown"}}
    writer.profile.profile_data = {**writer.profile.profile_data, "media": width}
    plain: _Writer = writer
    return plain


def _library() -> ModuleType:
    """Imports python-escpos without its side effects.

    At import it calls ``logging.basicConfig``, makes a temporary folder that it never removes, and
    loads a pickle from the folder named in the environment. So it gets a root logger that is set
    up, no such variable, and its folder is removed.
    """
    if "escpos.capabilities" not in sys.modules:
        root = logging.getLogger()
        guard = logging.NullHandler()
        root.addHandler(guard)
        foreign = os.environ.pop(_PICKLE_DIR, None)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                import escpos.capabilities
            left = Path(escpos.capabilities.pickle_dir)
            if left.parent == Path(tempfile.gettempdir()):
                shutil.rmtree(left, ignore_errors=True)
        finally:
            root.removeHandler(guard)
            if foreign is not None:
                os.environ[_PICKLE_DIR] = foreign
    import escpos.printer

    return sys.modules["escpos"]
