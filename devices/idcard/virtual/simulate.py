"""Lays the virtual card on a virtual reader of pcscd: the one that runs, or one started for it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from devices.idcard.virtual import daemon, faults, vpcd
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.person import VirtualPerson

LOCAL = "127.0.0.1"
Say = Callable[[str], None]


def simulate(
    stop: threading.Event,
    *,
    person: VirtualPerson | None = None,
    expiry: str = "",
    switches: Sequence[str] = (),
    host: str = "",
    port: int = vpcd.PORT,
    say: Say = lambda _: None,
) -> None:
    """Keeps the card of a synthetic person on the reader until ``stop`` is set or the card is torn off.

    ``expiry`` (YYMMDD) replaces the person's; ``switches`` are fault words as in `faults.parse`.
    With ``host``, or when a pcscd runs already, its vpcd at ``port`` is used; else a pcscd is
    started in a network of its own and ended afterwards. ``say`` is told what happens, in English
    and without personal data.

    Raises ValueError for an unknown fault word or a malformed date, `daemon.NotPossible`, which
    says what to do, when there is no virtual reader and none can be made, when another card lies
    on it, and when it goes away.
    """
    card = VirtualCard(
        _with_expiry(person or VirtualPerson(), expiry), faults.parse(list(switches))
    )
    if host or daemon.listens():
        link = _dial(host, port)
        say(f"Using the reader at {host or LOCAL}:{port}.")
        _keep_in(card, stop, lambda: link, port)
        return
    with daemon.PcscDaemon() as own:
        say(f"Started pcscd (pid {own.pid}); the card lies on its first virtual reader.")
        _keep_in(card, stop, own.connect, vpcd.PORT)


def _keep_in(
    card: VirtualCard, stop: threading.Event, connect: Callable[[], socket.socket], port: int
) -> None:
    try:
        vpcd.keep_in(card, stop, connect, vpcd.SLOT_TAKEN)
    except vpcd.ReaderGone as gone:
        raise daemon.NotPossible("the reader went away: pcscd was stopped") from gone
    except vpcd.SlotTaken as taken:
        raise daemon.NotPossible(
            f"slot taken: another card lies on the reader at port {port}; try --port {port + 1}"
        ) from taken


def _dial(host: str, port: int) -> socket.socket:
    try:
        return vpcd.dial(host or LOCAL, port)
    except OSError as error:
        reason = (
            f"no virtual reader (vpcd) answers at {host or LOCAL}:{port}: {error.strerror or error}"
        )
        if not host:
            reason += (
                "; a pcscd of this machine runs already: stop it (systemctl stop pcscd.socket pcscd)"
                " and one with a virtual reader is started here, or give it the vpcd driver"
            )
        raise daemon.NotPossible(reason) from error


def _with_expiry(person: VirtualPerson, expiry: str) -> VirtualPerson:
    if not expiry:
        return person
    try:
        date = datetime.strptime(expiry, "%y%m%d")  # noqa: DTZ007  a day, no moment
    except ValueError:
        date = None
    if date is None or f"{date:%y%m%d}" != expiry:
        raise ValueError("expiry is a date, YYMMDD (991231: without end)")
    return person.with_expiry(expiry)
