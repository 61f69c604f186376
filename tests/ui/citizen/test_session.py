"""The idle time, the pulled card, and that nothing of a person outlives the session."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from kiosk.journeys import submit as say
from kiosk.journeys.submit import End, Step
from tests.ui.citizen.conftest import Seconds
from tests.ui.citizen.scripted_journey import Office
from ui import shots
from ui.citizen import samples
from ui.citizen.modes import Modes
from ui.citizen.pages.card_key import CardKeyPage
from ui.citizen.pages.home import HomePage
from ui.citizen.pages.person import PersonPage
from ui.citizen.pages.timeout import TimeoutPage
from ui.citizen.session import Limits, Session, Warn
from ui.citizen.window import CitizenWindow
from ui.parts.action_button import ActionButton
from ui.parts.countdown import Countdown


def later(window: CitizenWindow, seconds: Seconds, amount: float) -> None:
    seconds.now += amount
    window.tick()
    QApplication.processEvents()


def button(window: CitizenWindow, words: str) -> ActionButton:
    QApplication.processEvents()  # a new page becomes visible with the next events
    return next(b for b in window.findChildren(ActionButton) if b.isVisible() and words in b.text())


def at_person(window: CitizenWindow, office: Office) -> None:
    window.start(shots.procedures()[0])
    office.journey.card_lies_there()
    office.journey.send(say.CardKeyTyped(samples.states(shots.procedures()[0])["card"].key))
    office.journey.card_is_read()
    assert isinstance(window.page, PersonPage)


def ends(office: Office) -> list[End]:
    return [e.why for e in office.journey.events if isinstance(e, say.JourneyEnded)]


def test_warns_after_a_minute_and_ends_half_a_minute_later(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    window.start(shots.procedures()[0])
    later(window, seconds, 59)
    assert isinstance(window.page, CardKeyPage)
    later(window, seconds, 1)
    assert isinstance(window.page, TimeoutPage)
    later(window, seconds, 10)
    assert window.findChild(Countdown).value() == 20
    later(window, seconds, 20)
    assert isinstance(window.page, HomePage)
    assert ends(office) == [End.IDLE]


def test_more_time_can_be_asked_for_again_and_again(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    window.start(shots.procedures()[0])
    for _ in range(12):
        later(window, seconds, 60)
        QTest.mouseClick(button(window, "thêm thời gian"), Qt.MouseButton.LeftButton)
        assert isinstance(window.page, CardKeyPage)
    assert ends(office) == []


def test_a_touch_beside_the_buttons_is_enough(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    window.start(shots.procedures()[0])
    later(window, seconds, 60)
    page = window.page
    QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(page.width() - 5, 5))
    assert isinstance(window.page, CardKeyPage)


def test_end_and_wipe_ends_at_once(window: CitizenWindow, office: Office, seconds: Seconds) -> None:
    window.start(shots.procedures()[0])
    later(window, seconds, 60)
    QTest.mouseClick(button(window, "Kết thúc và xóa"), Qt.MouseButton.LeftButton)
    assert isinstance(window.page, HomePage)
    assert ends(office) == [End.CANCELLED]


def test_touching_keeps_the_session_alive(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    window.start(shots.procedures()[0])
    for _ in range(5):
        later(window, seconds, 50)
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(500, 700))
    assert isinstance(window.page, CardKeyPage)


def test_pulled_card_ends_after_ten_seconds(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    at_person(window, office)
    office.journey.send(say.CardLifted())
    assert isinstance(window.page, TimeoutPage)
    later(window, seconds, 9)
    assert isinstance(window.page, TimeoutPage)
    later(window, seconds, 1)
    assert isinstance(window.page, HomePage)
    assert ends(office) == [End.CARD_PULLED]


def test_card_put_back_goes_on(window: CitizenWindow, office: Office, seconds: Seconds) -> None:
    at_person(window, office)
    office.journey.send(say.CardLifted())
    later(window, seconds, 5)
    office.journey.send(say.CardPlaced())
    assert isinstance(window.page, PersonPage)
    later(window, seconds, 20)
    assert isinstance(window.page, PersonPage)


def test_person_without_the_card_may_ask_for_more_time(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    at_person(window, office)
    office.journey.send(say.CardLifted())
    QTest.mouseClick(button(window, "thêm thời gian"), Qt.MouseButton.LeftButton)
    later(window, seconds, 30)
    assert isinstance(window.page, PersonPage)


def test_nobody_is_idle_while_the_machine_works(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    at_person(window, office)
    journey = office.journey
    journey.send(say.PersonConfirmed())
    for question in shots.procedures()[0].questions:
        journey.send(say.Answered(question.name, samples.ANSWERS[question.name]))
    journey.send(say.ScanAsked())
    later(window, seconds, 500)
    assert journey.state.step is Step.SCAN
    assert not isinstance(window.page, TimeoutPage)
    journey.page_comes(1)
    journey.feeder_is_empty()
    later(window, seconds, 61)
    assert isinstance(window.page, TimeoutPage)


def test_card_pulled_while_scanning_is_told_afterwards() -> None:
    now = Seconds()
    session = Session(Limits(60, 30, 10), now)
    told: list[Warn] = []
    session.warned.connect(told.append)
    session.begin()
    session.set_busy(True)
    session.set_card_away(True)
    assert told == []
    session.set_busy(False)
    assert told == [Warn.CARD_PULLED]


def test_modes_and_clipboard_are_reset(
    window: CitizenWindow, office: Office, seconds: Seconds
) -> None:
    at_person(window, office)
    window.use_modes(Modes("en", large=True, contrast=True, lowered=True))
    QGuiApplication.clipboard().setText(samples.PERSON.number)
    window.end(End.CANCELLED)
    assert window.modes == Modes()
    assert QGuiApplication.clipboard().text() == ""
    assert window.page.heading() == "Kính chào quý khách"


def test_forgotten_modes_of_the_first_page_are_reset(
    window: CitizenWindow, seconds: Seconds
) -> None:
    window.use_modes(Modes("en", contrast=True))
    later(window, seconds, 61)
    assert window.modes == Modes()


@pytest.mark.parametrize("why", [End.FINISHED, End.IDLE, End.CARD_PULLED])
def test_pages_of_the_person_are_gone(
    window: CitizenWindow, office: Office, seconds: Seconds, why: End
) -> None:
    at_person(window, office)
    page = weakref.ref(window.page)
    window.end(why)
    QApplication.sendPostedEvents()
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    gc.collect()
    texts = [w.text() for w in window.findChildren(QWidget) if isinstance(w, QLabel | QLineEdit)]
    assert not [t for t in texts if any(value in t for value in samples.SENSITIVE)]
    left = page()
    assert left is None or left not in window.findChildren(QWidget)


def test_late_state_of_a_former_person_is_dropped(window: CitizenWindow, office: Office) -> None:
    at_person(window, office)
    former = office.journey
    window.end(End.CANCELLED)
    former._on_change(samples.states(shots.procedures()[0])["check"])
    assert isinstance(window.page, HomePage)
