"""Pictures of every page: both languages, both themes, both sizes, three screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.catalogue.fees import fee_of
from kiosk.catalogue.load import load_catalogue
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers.dossier import HandedIn
from kiosk.journeys.submit import Event, State
from kiosk.papers.ticket import png, ticket_image
from kiosk.settings import Settings, load
from ui.background import settle
from ui.citizen import samples
from ui.citizen.modes import Modes
from ui.citizen.services import CitizenServices, CourierState, Notice
from ui.citizen.session import Warn
from ui.citizen.window import CitizenWindow
from ui.parts.date_fields import DateFields
from ui.parts.key_pad import KeyPad
from ui.parts.text_field import TextField
from ui.style.fonts import load_fonts
from ui.technician import samples as technician_samples
from ui.technician.pages.sent import SentPage
from ui.technician.pages.waiting import WaitingPage
from ui.technician.services import Exported, Overview, TechnicianServices
from ui.technician.window import TechnicianWindow

Part = TypeVar("Part", bound=QWidget)

_TICKET_PX = 576
_ROUNDS = 3
"""Of events until a page with buttons for scrolling has found its places."""
_MOMENT = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Screen:
    """A usual kiosk screen."""

    name: str
    width: int
    height: int
    px_per_mm: float


SCREENS = (
    Screen("portrait", 1080, 1920, 4.03),
    Screen("landscape", 1920, 1080, 3.61),
    Screen("small", 1366, 768, 3.95),
)
"""21.5 inch upright, 24 inch lying, 15.6 inch of an older PC."""
DESKS = SCREENS[1:]
"""The technician sits before a lying one."""


class SampleJourney:
    """A journey that stands still in one state and remembers what it was told."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.events: list[Event] = []

    def send(self, event: Event) -> None:
        self.events.append(event)


def sample_services(
    notices: Sequence[Notice] = (), courier: CourierState | None = None, purpose: str = ""
) -> CitizenServices:
    """Services of an office that has the shipped procedures and a sample for everything else."""
    return CitizenServices(
        procedures=procedures(),
        start=lambda procedure, _: SampleJourney(State(procedure)),
        device_notices=lambda: notices,
        courier_state=lambda: courier or CourierState(online=True, waiting=0),
        fee=lambda state: fee_of(state.procedure, state.answers, len(state.pages)),
        due_words=_due_words,
        ticket_png=_ticket,
        is_sent=lambda _: False,
        call_staff=lambda: None,
        asks_online_for=purpose,
    )


def procedures() -> tuple[Procedure, ...]:
    """The procedures that a demo station offers."""
    found = (load_catalogue().on(code, _MOMENT.date()) for code in load().citizen.procedures)
    return tuple(procedure for procedure in found if procedure is not None)


def page_names() -> tuple[str, ...]:
    """The registry: every page that can be shown, by name."""
    return (
        "home",
        "home_troubles",
        "home_disk_low",
        *samples.states(procedures()[0]),
        *_CONSENT,
        *_EXTRA,
    )


def open_page(
    name: str, screen: Screen, modes: Modes, settings: Settings | None = None
) -> CitizenWindow:
    """A window of a screen's size that shows a page in its sample state."""
    settings = settings or load()
    citizen = settings.citizen.model_copy(update={"px_per_mm": screen.px_per_mm})
    settings = settings.model_copy(update={"citizen": citizen})
    services = sample_services()
    if name == "home_troubles":
        troubles = (Notice("TICKET_PAPER_OUT"), Notice("PRINTER_OFFLINE"))
        services = sample_services(troubles, CourierState(online=False, waiting=3))
    elif name == "home_disk_low":
        services = sample_services((Notice("DISK_LOW", blocks=True),))
    elif name in _CONSENT:
        services = sample_services(purpose=PURPOSE)
    window = CitizenWindow(services, settings, steady=lambda: 0.0, clock=lambda: _MOMENT)
    window.resize(screen.width, screen.height)
    window.use_modes(modes)
    window.show()
    lead_to(window, name)
    return window


def technician_names() -> tuple[str, ...]:
    """The registry of the technician's pages."""
    return tuple(_TECHNICIAN)


def open_technician(name: str, screen: Screen, modes: Modes) -> TechnicianWindow:
    """The technician's window with a page in its sample state; nothing it is asked to do is done."""
    overview = Overview() if name == "technician_nothing" else technician_samples.overview(_MOMENT)
    services = TechnicianServices(
        look=lambda: overview,
        send_again=lambda _row, _reason: None,
        hold=lambda _row, _reason: None,
        export=lambda file, _reason: Exported(19, file),
        propose_file=lambda: "/media/usb/mot-cua-kiosk-01-20261124-090500.bundle",
        find_sent=lambda _part: technician_samples.sent(_MOMENT),
        open_sent=technician_samples.sent_whole,
    )
    window = TechnicianWindow(services, load(), _at_once, _at_once, clock=lambda: _MOMENT)
    window.resize(screen.width, screen.height)
    window.use_modes(modes)
    window.show_page(_TECHNICIAN[name])
    window.show()
    window.look()
    if isinstance(window.page, WaitingPage) and name == "technician_stopped":
        window.page.table.selectRow(4)
    if isinstance(window.page, WaitingPage) and name == "technician_export":
        window.page.ask_export()
    if isinstance(window.page, SentPage) and name == "technician_sent_row":
        window.page.open_chosen()
    for _ in range(2):  # rows come in, then the page asks for the height they take
        QApplication.processEvents()
    return window


def shots(folder: Path, names: Sequence[str] = ()) -> int:
    """Writes a PNG for every page and way of showing it; gives how many."""
    _application()
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name in names or (*page_names(), *technician_names()):
        desk = name in _TECHNICIAN
        for screen in DESKS if desk else SCREENS:
            for label, modes in _all_modes():
                window: QWidget = (open_technician if desk else open_page)(name, screen, modes)
                for _ in range(_ROUNDS):
                    QApplication.processEvents()
                settle()
                window.grab().save(str(folder / f"{name}-{label}-{screen.name}.png"))
                close(window)
                count += 1
    return count


def close(window: QWidget) -> None:
    """Closes a window and lets it go at once."""
    window.close()
    window.deleteLater()
    # Outside a running event loop a deferred deletion has to be asked for by name.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def lead_to(window: CitizenWindow, name: str) -> None:
    """Shows the page of that name in a window that is open."""
    first = procedures()[0]
    states: Mapping[str, State] = samples.states(first)
    if name in states:
        window.show_state(states[name])
    elif name in _CONSENT:
        window.show_state(states[_CONSENT[name]])
    elif name == "card_key_error":
        window.show_state(states["card_key"])
        window.page.go()
    elif name.startswith("card_key"):
        window.show_state(states["card_key_whole"])
        _lead_through_key(window, name)
    elif name.startswith("by_hand"):
        window.show_state(states["by_hand"])
        _lead_through_typing(window, name)
    elif name == "question_error":
        window.show_state(states["question_paper"])
        window.page.go()
    elif name.startswith("timeout"):
        window.show_state(states["person"])
        why = Warn.CARD_PULLED if name == "timeout_card" else Warn.IDLE
        window.session.begin()
        window.session.warn(why)
    elif name == "display":
        window.show_state(states["person"])
        window.sheet.tools.panel_asked.emit()


PURPOSE = "Xác thực giấy tờ khi tiếp nhận hồ sơ"
"""What for a sample office asks the authentication system."""
_CONSENT = {"card_key_consent": "card_key", "card_consent": "card"}
"""Pages as an office with such a system shows them, and their states."""
_EXTRA = (
    "card_key_birth",
    "card_key_expiry",
    "card_key_error",
    "by_hand_name",
    "by_hand_birth",
    "by_hand_sex",
    "question_error",
    "timeout",
    "timeout_card",
    "display",
)


_TECHNICIAN = {
    "technician_waiting": "waiting",
    "technician_stopped": "waiting",
    "technician_export": "waiting",
    "technician_nothing": "waiting",
    "technician_sent": "sent",
    "technician_sent_row": "sent",
    "technician_cards": "cards",
    "technician_station": "station",
}


def _at_once(job: Callable[[], None]) -> None:
    job()


def _lead_through_key(window: CitizenWindow, name: str) -> None:
    _part(window, KeyPad).set_text(samples.PERSON.number)
    window.page.go()
    if name == "card_key_expiry":
        _part(window, DateFields).set_value((2, 3, 1987))
        window.page.go()


def _lead_through_typing(window: CitizenWindow, name: str) -> None:
    _part(window, KeyPad).set_text(samples.PERSON.number)
    window.page.go()
    if name == "by_hand_name":
        return
    _part(window, TextField).set_text("Trần Văn A")
    window.page.go()
    if name == "by_hand_sex":
        _part(window, DateFields).set_value((2, 3, 1987))
        window.page.go()


def _part(window: CitizenWindow, kind: type[Part]) -> Part:
    found = window.page.findChild(kind)
    if not isinstance(found, kind):
        raise LookupError(f"no {kind.__name__} on this page")
    return found


def _all_modes() -> Iterator[tuple[str, Modes]]:
    for language in ("vi", "en"):
        for theme, contrast in (("light", False), ("contrast", True)):
            for size, large in (("100", False), ("200", True)):
                yield (
                    f"{language}-{theme}-{size}",
                    replace(Modes(), language=language, contrast=contrast, large=large),
                )


def _due_words(handed_in: HandedIn, language: str) -> str:
    procedure = procedures()[0]
    return procedure.term.words.get(language) or handed_in.dossier.term


def _ticket(handed_in: HandedIn) -> bytes:
    return png(ticket_image(handed_in, load().office, width_px=_TICKET_PX, demo=True, again=False))


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
    app.setStyle("Fusion")
    load_fonts()
    return app
