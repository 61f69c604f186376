"""Runs the reference portal on loopback until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

HOST = "127.0.0.1"


class SandboxMissing(Exception):
    """The optional packages of the sandbox are not installed; the text says how to get them."""


@dataclass(frozen=True)
class Tls:
    """HTTPS only. ``certificate``: PEM with the key and the chain. ``clients``: PEM of the authorities whose
    client certificates are asked for; None asks for none."""

    certificate: Path
    clients: Path | None = None

    def of_uvicorn(self) -> dict[str, Any]:
        told: dict[str, Any] = {"ssl_certfile": self.certificate}
        if self.clients is not None:
            told |= {"ssl_ca_certs": str(self.clients), "ssl_cert_reqs": ssl.CERT_REQUIRED}
        return told


def serve(  # noqa: PLR0913  the switches of a command line
    port: int,
    data: Path,
    *,
    username: str = "sandbox",
    password: str = "sandbox",  # noqa: S107  the sandbox's public password
    dstcode: str = "VN:GOV:SANDBOX:dvcqg",
    session_s: float = 1800,
    until_eof: bool = False,
    seed: int = 0,
    tls: Tls | None = None,
) -> None:
    """Serves on 127.0.0.1 until SIGTERM or SIGINT; ``data`` is the folder of its database.

    ``until_eof``: also until standard input ends, so that it never outlives the program that started it.

    ``seed``: fills the database first with made-up dossiers of so many states at least, once.

    Port 0 takes a free one. Prints one JSON line ``{"event": "listening", "port": …}`` once it listens.
    Raises `SandboxMissing`, and `OSError` when the port is taken.
    """
    need_packages()
    from sync.sandbox import app
    from sync.sandbox.database import Database
    from sync.sandbox.faults import Faults
    from sync.sandbox.seed import fill
    from sync.sandbox.services import Account

    account = Account(username, password, dstcode, session_s)

    def made() -> Any:  # noqa: ANN401  an ASGI application
        database = Database(data)
        if seed:
            fill(database, seed)
        return app.build(database, account, Faults())

    run(
        port,
        made,
        until_eof=until_eof,
        date_header=False,
        tls=tls,
    )


def need_packages() -> None:
    """Raises `SandboxMissing`."""
    try:
        import fastapi  # noqa: F401  only asked for
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise SandboxMissing("the sandbox needs: pip install 'mot-cua[sandbox]'") from error


def run(
    port: int,
    build: Callable[[], Any],
    *,
    until_eof: bool,
    date_header: bool = True,
    tls: Tls | None = None,
) -> None:
    """Serves the application that ``build`` makes once the port is ours; see `serve`."""
    import uvicorn

    from sync.sandbox import connection

    # The writer gives way at each of its short statements; by default it would wait 5 ms for its next turn.
    sys.setswitchinterval(0.0005)
    with _listener(port) as listener:
        config = uvicorn.Config(
            build(),
            http=connection.Cuttable,
            ws="none",
            log_level="error",
            access_log=False,
            date_header=date_header,
            timeout_graceful_shutdown=3,
            **(tls.of_uvicorn() if tls else {}),
        )
        server = connection.Announcing(config, listener.getsockname()[1])
        _quiet_end()
        if until_eof:
            threading.Thread(target=_end_with_input, daemon=True).start()
        server.run(sockets=[listener])


def _listener(port: int) -> socket.socket:
    """Bound to loopback only. Named TCP, since asyncio sets TCP_NODELAY only on sockets that say so."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def _end_with_input() -> None:
    # Not through sys.stdin: its lock would be held by this thread when the interpreter ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _quiet_end() -> None:
    """uvicorn raises the signal again after it has ended; that must not end us with an error."""

    def ended(_number: int, _frame: FrameType | None) -> None:
        return

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGINT, ended)
