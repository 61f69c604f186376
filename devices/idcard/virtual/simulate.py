"""Lays the virtual card on a virtual reader of pcscd: the one that runs, or one started for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from devices.idcard.virtual import daemon, faults, vpcd
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.person import VirtualPerson

Say = Callable[[str], None]


def simulate(
    stop: threading.Event,
    *,
    expiry: str = "",
    switches: Sequence[str] = (),
    host: str = "",
    port: int = vpcd.PORT,
    say: Say = lambda _: None,
) -> None:
    """Keeps the synthetic card on the reader until ``stop`` is set or the card is torn off.

    ``expiry`` (YYMMDD) replaces the person's; ``switches`` are fault words as in `faults.parse`.
    With ``host``, or when a pcscd runs already, its vpcd at ``port`` is used; else a pcscd is
    started in a network of its own and ended afterwards. ``say`` is told what happens, in English
    and without personal data.

    Raises ValueError for an unknown fault word or a malformed date, `daemon.NotPossible` when no
    pcscd can be started, OSError when no vpcd answers.
    """
    card = VirtualCard(_person(expiry), faults.parse(list(switches)))
    if host or daemon.listens():
        where = host or "127.0.0.1"
        say(f"Using the reader at {where}:{port}.")
        vpcd.keep_in(card, stop, lambda: vpcd.dial(where, port))
        return
    with daemon.PcscDaemon() as own:
        say(f"Started pcscd (pid {own.pid}); the card lies on its first virtual reader.")
        vpcd.keep_in(card, stop, own.connect)


def _person(expiry: str) -> VirtualPerson:
    person = VirtualPerson()
    if not expiry:
        return person
    if len(expiry) != 6 or not (expiry.isascii() and expiry.isdigit()):
        raise ValueError("expiry is six digits, YYMMDD")
    return person.with_expiry(expiry)
