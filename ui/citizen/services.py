"""What the citizen's window needs from outside; the front door builds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers.dossier import HandedIn
from kiosk.journeys.submit import Event, State


class JourneyHandle(Protocol):
    """A running journey. Its state changes are reported on the Qt thread."""

    @property
    def state(self) -> State: ...

    def send(self, event: Event) -> None:
        """Takes what happened; returns at once."""
        ...


@dataclass(frozen=True)
class Notice:
    """Something that can't be done at this machine now. ``blocks``: nothing can be started."""

    code: str  # fault code
    blocks: bool = False


@dataclass(frozen=True)
class CourierState:
    """How the sending to the portal stands. ``online`` is None as long as nothing was tried."""

    online: bool | None
    waiting: int


@dataclass(frozen=True)
class CitizenServices:
    """Calls into the office; each answers from memory and never blocks the Qt thread."""

    procedures: Sequence[Procedure]
    start: Callable[[Procedure, Callable[[State], None]], JourneyHandle]
    device_notices: Callable[[], Sequence[Notice]]
    courier_state: Callable[[], CourierState]
    fee: Callable[[State], int]
    due_words: Callable[[HandedIn, str], str]
    """When the result is ready, in words of a language."""
    ticket_png: Callable[[HandedIn], bytes]
    is_sent: Callable[[HandedIn], bool]
    """Whether the portal has accepted this dossier."""
    call_staff: Callable[[], None]
    hears_codes: Callable[[], bool] = lambda: True
    """Whether the reader of QR codes works, as far as is known; asked only where there is one."""
    asks_online_for: str = ""
    """What for the number of a card is sent to the authentication system; empty: it isn't sent."""
