"""The pages up to the person, in the real window: key, code, card, lamps, and the ways without a chip."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

from devices.idcard import activeauth, api, lamps, passive, proof
from devices.idcard.api import Can, CardKey, Lamp, Lamps, LampState, ReadProgress, ReadStep
from devices.idcard.qr import CardQr
from devices.idcard.trust import verifier
from kiosk.journeys import submit as say
from kiosk.journeys.submit import Step
from kiosk.people.card_check import CardCheck, Source
from sync.eid import verdict
from tests.ui.citizen.scripted_journey import Office, ScriptedJourney
from ui import shots
from ui.citizen import samples
from ui.citizen.code_hint import CodeHint
from ui.citizen.consent_hint import ConsentHint
from ui.citizen.lamp_words import LampWords
from ui.citizen.modes import Modes
from ui.citizen.pages.by_hand import ByHandPage
from ui.citizen.pages.card import CardPage
from ui.citizen.pages.card_key import CardKeyPage
from ui.citizen.pages.card_whole_key import CardWholeKeyPage
from ui.citizen.pages.fault import FaultPage
from ui.citizen.pages.person import PersonPage
from ui.citizen.services import Notice
from ui.citizen.window import CitizenWindow
from ui.parts.action_button import ActionButton
from ui.parts.banner import Banner
from ui.parts.choice_list import ChoiceList
from ui.parts.date_fields import DateFields
from ui.parts.key_pad import KeyPad
from ui.parts.lamp_list import LampList
from ui.parts.portrait import Portrait
from ui.parts.progress_line import ProgressLine
from ui.parts.step_list import StepList
from ui.parts.text_field import TextField
from ui.parts.tile import Tile

PERSON = samples.PERSON
DIGITS = Can(PERSON.number[-6:])
QR = CardQr(PERSON.number, "", PERSON.full_name, PERSON.birth, PERSON.sex, PERSON.residence)


JUDGES = (activeauth, api, lamps, passive, proof, verdict, verifier)
"""Whoever decides on a lamp."""
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|SIGNATURE")


def lamp_codes() -> set[str]:
    """Every why that the judges know: their constants, what they write into findings and lamps."""
    found = {
        lamps.light(dg13, dg2, sod, None, api.ChipResult()).read.why
        for dg13 in lamps.Got
        for dg2 in lamps.Got
        for sod in lamps.Got
    }
    for judge in JUDGES:
        for node in ast.walk(ast.parse(inspect.getsource(judge))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Finding", "Lamp"):
                found |= written(node.args)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                found |= written([node.value])
    return found - {""}


def written(values: Sequence[ast.expr]) -> set[str]:
    texts = (value.value for value in values if isinstance(value, ast.Constant))
    return {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)}


@pytest.fixture
def journey(window: CitizenWindow, office: Office) -> ScriptedJourney:
    window.start(window._services.procedures[0])
    return office.journey


def words(window: CitizenWindow) -> str:
    QApplication.processEvents()
    labels = (label.text() for label in window.page.findChildren(QLabel) if label.isVisible())
    return "\n".join(labels).replace("\u00a0", " ")


def press(window: CitizenWindow, text: str) -> None:
    QApplication.processEvents()
    buttons = window.page.findChildren(ActionButton)
    next(b for b in buttons if b.isVisible() and text in b.text()).click()


def test_five_digits_are_too_few(window: CitizenWindow, journey: ScriptedJourney) -> None:
    window.page.findChild(KeyPad).set_text("01234")
    window.page.go()
    assert "sáu chữ số" in window.page.error_text
    assert journey.state.step is Step.CARD_KEY


def test_what_the_reader_does_takes_no_digit_away(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    window.page.findChild(KeyPad).set_text("0123")
    journey.send(say.CardPlaced())
    journey.send(say.CardLifted())
    journey.send(say.CodeScanned(None))
    window.use_modes(Modes("en"))
    assert window.page.findChild(KeyPad).text() == "0123"


def test_a_wrong_code_is_told_gently_and_a_right_one_goes_on(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    assert window.page.findChild(CodeHint) is not None
    journey.send(say.CodeScanned(None))
    assert "Mã này chưa dùng được" in window.page.error_text
    journey.send(say.CodeScanned(QR))
    assert isinstance(window.page, CardPage)
    assert journey.state.key == DIGITS


def test_nothing_is_said_of_codes_where_nothing_reads_them(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    window.show_state(replace(journey.state, scans_codes=False, card_present=True))
    window.use_modes(Modes(contrast=True))
    assert window.page.findChild(CodeHint) is None


def test_a_chip_that_needs_more_asks_for_all_three(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    journey.send(say.CardKeyTyped(DIGITS))
    journey.send(say.CardPlaced())
    journey.send(say.CardFailed("PACE_UNSUPPORTED"))
    assert isinstance(window.page, CardWholeKeyPage)
    assert "ngày sinh và ngày hết hạn" in words(window)
    window.page.findChild(KeyPad).set_text("0010870")
    window.page.go()
    assert "12 chữ số" in window.page.error_text
    window.page.findChild(KeyPad).set_text(PERSON.number)
    window.page.go()
    window.page.findChild(DateFields).set_value((31, 2, 1987))
    window.page.go()
    assert "Ngày sinh chưa đúng" in window.page.error_text
    window.page.findChild(DateFields).set_value((2, 3, 1987))
    window.page.go()
    window.page.findChild(DateFields).set_value((2, 3, 2040))
    window.page.go()
    assert journey.state.key == CardKey(PERSON.number, "870302", "400302")


def test_a_code_leaves_only_the_expiry_to_type(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    journey.send(say.CodeScanned(QR))
    journey.send(say.CardPlaced())
    journey.send(say.CardFailed("PACE_UNSUPPORTED"))
    assert window.page.heading() == "Thẻ có giá trị đến ngày nào?"
    window.page.findChild(DateFields).set_value((2, 3, 2040))
    window.page.go()
    assert journey.state.key == CardKey(PERSON.number, "870302", "400302")


def test_wrong_digits_are_told_as_digits_and_typed_again(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    window.page.findChild(KeyPad).set_text(DIGITS.digits)
    window.page.go()
    journey.send(say.CardPlaced())
    journey.send(say.CardFailed("WRONG_KEY"))
    assert isinstance(window.page, FaultPage)
    assert "Sáu số cuối chưa khớp" in words(window)
    window.page.go()
    assert isinstance(window.page, CardKeyPage)
    assert window.page.findChild(KeyPad).text() == "", "what was refused isn't offered again"
    press(window, "ngày sinh và ngày hết hạn")
    assert isinstance(window.page, CardWholeKeyPage)
    window.page.back()
    assert isinstance(window.page, CardKeyPage)


def test_the_data_stand_there_while_the_photo_comes(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    journey.send(say.CardKeyTyped(DIGITS))
    journey.send(say.CardPlaced())
    journey.send(say.CardProgressed(ReadProgress(ReadStep.READING, 3, 5)))
    assert "3 trên 5" in words(window)
    page = window.page
    journey.send(say.CardProgressed(ReadProgress(ReadStep.READING, 4, 5)))
    assert window.page is page, "a page that follows is not built anew"
    journey.send(say.CardProgressed(ReadProgress(ReadStep.READING, 5, 5), PERSON))
    assert "Trần V** B**" in words(window)
    assert PERSON.full_name not in words(window)
    journey.send(say.CardProgressed(ReadProgress(ReadStep.CHECKING), PERSON))
    journey.send(say.CardProgressed(ReadProgress(ReadStep.READING, 9_000, 18_000)))
    line = window.page.findChild(ProgressLine)
    assert (line.bar.value(), line.bar.accessibleName()) == (50, "Đang tải ảnh")
    assert window.page.primary() is None, "only a whole reading can be confirmed"
    window.page.back()
    assert journey.effects[-1] == say.StopWork()


def test_a_silent_card_is_told(window: CitizenWindow, journey: ScriptedJourney) -> None:
    journey.send(say.CardKeyTyped(DIGITS))
    journey.send(say.CardPlaced())
    patience = next(t for t in window.page.findChildren(QTimer) if t.interval() == 3000)
    assert patience.isActive()
    patience.timeout.emit()
    assert "Đang chờ thẻ" in words(window)
    journey.send(say.CardProgressed(ReadProgress(ReadStep.OPENING)))
    assert "Đang chờ thẻ" not in words(window)
    steps = window.page.findChild(StepList)
    assert [steps.state(n) for n in range(3)] == ["done", "running", "waiting"]


def test_a_lost_reader_leads_to_typing(window: CitizenWindow, journey: ScriptedJourney) -> None:
    journey.send(say.ReaderLost("PCSC_DOWN"))
    assert isinstance(window.page, FaultPage)
    press(window, "Tự điền thông tin")
    assert isinstance(window.page, ByHandPage)


def test_what_cannot_be_tried_again_is_typed(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    journey.send(say.CardKeyTyped(DIGITS))
    journey.send(say.CardPlaced())
    journey.send(say.CardFailed("CARD_BLOCKED"))
    assert window.page.primary().text == "Tự điền thông tin"
    window.page.go()
    assert isinstance(window.page, ByHandPage)


def test_a_person_without_a_card_types(window: CitizenWindow, journey: ScriptedJourney) -> None:
    press(window, "Tôi không có thẻ gắn chip")
    for wrong, right in (("0010870", PERSON.number),):
        window.page.findChild(KeyPad).set_text(wrong)
        window.page.go()
        assert window.page.error_text
        window.page.findChild(KeyPad).set_text(right)
        window.page.go()
    window.page.go()
    assert "họ và tên" in window.page.error_text
    window.page.findChild(TextField).set_text("  Trần  Văn Bình ")
    window.page.go()
    window.page.findChild(DateFields).set_value((2, 13, 1987))
    window.page.go()
    assert "Ngày sinh chưa đúng" in window.page.error_text
    window.page.findChild(DateFields).set_value((2, 3, 1987))
    window.use_modes(Modes("en"))
    window.page.go()
    window.page.go()
    assert window.page.error_text
    window.page.findChild(ChoiceList).row("Nam").click()
    window.page.go()
    expected = replace(PERSON, residence="", card_expires="")
    assert journey.state.person == expected
    assert journey.state.check == CardCheck(Source.TYPED)
    assert "Not read from a chip" in words(window)
    assert window.page.findChild(LampList) is None
    assert window.session.warning is None, "no card has to lie there"


def test_a_code_fills_in_and_is_named(window: CitizenWindow, journey: ScriptedJourney) -> None:
    press(window, "Tôi không có thẻ gắn chip")
    journey.send(say.CodeScanned(None))
    assert "không phải mã QR" in window.page.error_text
    journey.send(say.CodeScanned(QR))
    assert isinstance(window.page, PersonPage)
    assert "mã QR trên thẻ" in words(window)
    window.page.back()
    assert window.page.findChild(KeyPad).text() == PERSON.number


def shown_person(
    window: CitizenWindow, journey: ScriptedJourney, lit: Lamps, mismatches: tuple[str, ...] = ()
) -> str:
    check = CardCheck(Source.CHIP, lamps=lit, mismatches=mismatches)
    journey.send(say.CardKeyTyped(DIGITS))
    journey.send(say.CardPlaced())
    journey.send(say.CardRead(PERSON, None, check))
    return words(window)


def test_four_lamps_each_with_its_own_word(window: CitizenWindow, journey: ScriptedJourney) -> None:
    said = shown_person(window, journey, samples.PARTLY)
    rows = [row.row for row in window.page.findChild(LampList).rows]
    assert [row.shade for row in rows] == ["ok", "ok", "warn", "warn"]
    assert "CHƯA XÁC NHẬN CHỨNG THƯ" in said
    assert "Máy chưa có chứng thư của nơi cấp" in said
    assert "thẻ thật" not in said.lower()
    assert "Thẻ cần cán bộ xem" not in said


def test_all_green_is_still_four_answers(window: CitizenWindow, journey: ScriptedJourney) -> None:
    said = shown_person(window, journey, samples.LAMPS["person_trusted"])
    assert len(window.page.findChild(LampList).rows) == 4
    assert "thẻ thật" not in said.lower()
    assert not [b for b in window.page.findChildren(Banner) if b.kind == "ok"]


def test_a_red_lamp_accuses_nobody_and_stops_nobody(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    altered = samples.LAMPS["person_altered"]
    said = shown_person(window, journey, altered, ("dg13_birth", "qr_birth", "qr_nonsense"))
    assert "Bạn vẫn nộp được hồ sơ" in said
    assert "ngày sinh, thông tin khác" in said
    for word in ("giả", "gian", "lừa"):
        assert word not in said.lower().split()
    window.page.go()
    assert journey.state.step is Step.QUESTION
    assert journey.state.check.lamps == altered


def test_a_code_scanned_afterwards_shows_what_differs(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    shown_person(window, journey, samples.PARTLY)
    page = window.page
    journey.send(say.CardLifted())
    journey.send(say.CardPlaced())
    assert window.page.findChild(Portrait) is not None
    changed = replace(journey.state.check, mismatches=("qr_address",))
    window.show_state(replace(journey.state, check=changed))
    assert window.page is not page
    assert "nơi cư trú" in words(window)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_why_has_words_and_an_unknown_one_a_neutral_sentence(
    window: CitizenWindow, language: str
) -> None:
    window.use_modes(Modes(language))
    table = LampWords()
    neutral = table.why("SOMETHING_NEW")
    assert neutral
    codes = lamp_codes()
    assert {"SIGNER_MISSING", "CSCA_UNCONFIRMED", "AA_REFUSED", "KEY_WITHHELD"} <= codes
    assert {"DG2_UNREADABLE", "GATEWAY_SLOW", "CLOCK_WRONG", "NOT_TRIED"} <= codes
    assert sorted(code for code in codes if table.why(code) in ("", neutral)) == []
    assert table.why("") == ""


def test_samples_show_every_colour(qapp: QApplication) -> None:
    states = samples.states(shots.procedures()[0])
    seen: set[LampState] = set()
    for name in samples.LAMPS:
        lit = states[name].check.lamps
        four: tuple[Lamp, ...] = (lit.read, lit.intact, lit.trusted, lit.genuine)
        seen |= {lamp.state for lamp in four}
    assert seen == set(LampState)


def test_a_half_typed_birth_date_outlives_a_change_of_language(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    shots.lead_to(window, "by_hand_birth")
    fields = window.page.findChild(DateFields)
    assert isinstance(fields, DateFields)
    fields.fields()[0].set_digits("2")
    fields.fields()[2].set_digits("19")
    window.use_modes(Modes("en", large=True))
    again = window.page.findChild(DateFields)
    assert isinstance(again, DateFields)
    assert again is not fields
    assert again.texts() == ("2", "", "19")
    window.page.go()
    assert window.page.error_text, "half a date is none"


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_hint_at_codes_follows_the_scanner(
    window: CitizenWindow, office: Office, journey: ScriptedJourney, by_hand: bool
) -> None:
    if by_hand:
        press(window, "Tôi không có thẻ gắn chip")
    pad = window.page.findChild(KeyPad)
    assert isinstance(pad, KeyPad)
    pad.set_text("0123")
    office.hears_codes = False
    window.tick()
    assert window.page.findChild(CodeHint) is None
    office.hears_codes = True
    window.tick()
    assert window.page.findChild(CodeHint) is not None
    pad = window.page.findChild(KeyPad)
    assert isinstance(pad, KeyPad)
    assert pad.text() == "0123", "what was typed stays"


@pytest.mark.parametrize("screen", shots.SCREENS, ids=lambda screen: screen.name)
@pytest.mark.parametrize("page", ["card_key_consent", "card_consent"])
def test_where_the_number_is_sent_it_is_said_before_the_chip_is_read(
    qapp: QApplication, page: str, screen: shots.Screen
) -> None:
    for language, sent in (("vi", "máy gửi số Căn cước"), ("en", "its number is sent")):
        window = shots.open_page(page, screen, Modes(language))
        try:
            said = words(window)
            assert shots.PURPOSE in said
            assert sent in said
        finally:
            shots.close(window)


def test_where_nothing_is_sent_nothing_is_said_of_it(
    window: CitizenWindow, journey: ScriptedJourney
) -> None:
    assert window.page.findChild(ConsentHint) is None
    journey.send(say.CardKeyTyped(DIGITS))
    assert isinstance(window.page, CardPage)
    assert window.page.findChild(ConsentHint) is None


def test_without_a_reader_the_home_page_still_opens_the_ways_on(
    window: CitizenWindow, office: Office
) -> None:
    for code in ("PCSC_DOWN", "NO_READER"):
        office.notices = [Notice(code)]
        window.tick()
        tile = window.page.findChild(Tile)
        assert isinstance(tile, Tile)
        assert tile.isEnabled()
        tile.click()
        assert isinstance(window.page, CardKeyPage)
        office.journey.send(say.ReaderLost(code))
        assert isinstance(window.page, FaultPage)
        press(window, "Tự điền thông tin")
        assert isinstance(window.page, ByHandPage)
        window.end(say.End.CANCELLED)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("page", [*samples.LAMPS, "person_differs", "person_no_portrait"])
@pytest.mark.parametrize("screen", shots.SCREENS[:2], ids=lambda screen: screen.name)
def test_portrait_and_all_lamps_are_in_sight_together(
    qapp: QApplication, page: str, screen: shots.Screen, language: str
) -> None:
    window = shots.open_page(page, screen, Modes(language))
    try:
        qapp.processEvents()
        portrait = window.page.findChild(Portrait)
        lamp_list = window.page.findChild(LampList)
        assert isinstance(portrait, Portrait)
        assert isinstance(lamp_list, LampList)
        for part in (portrait, *lamp_list.rows):
            assert part.visibleRegion().boundingRect() == part.rect()
    finally:
        shots.close(window)
