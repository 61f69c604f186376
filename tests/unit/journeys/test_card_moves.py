"""Up to the person: six digits, three values, a code or typing; cards that are pulled; keys that are wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.idcard.api import Can, CardKey, Lamps, Mrz, ReadProgress, ReadStep, SoFar
from devices.idcard.qr import CardQr
from kiosk.journeys import submit as say
from kiosk.journeys.submit import ShownFault, State, Step
from kiosk.journeys.submit_moves import advance, begin
from kiosk.people.card_check import CardCheck, Source
from kiosk.people.from_qr import person_from_qr
from tests.samples import a_person, a_procedure

DIGITS = Can("012345")
OTHER = Can("999999")
WHOLE = CardKey("001300012345", "000302", "400302")
PERSON = a_person()
QR = CardQr("001300012345", "", "Nguyễn Thị Mẫu", "02/03/2000", "Nữ", "Số 1 Phố Mẫu")
OTHER_QR = replace(QR, number="001300999999")
CHIP = CardCheck(Source.CHIP, access="PACE-CAN", mismatches=("dg13_sex",))
LINES = ("", "", "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<")
MRZ = Mrz(LINES, "300012345", "001300012345", "000302", "F", "400302", "VNM", "NGUYEN", "THI MAU")
READ = say.CardRead(PERSON, None, CHIP, SoFar(MRZ, None, Lamps()))
AT_CARD = [say.CardKeyTyped(DIGITS), say.CardPlaced()]
AT_HAND = [say.ByHandAsked()]


def run(events, state: State | None = None):
    state = state or begin(a_procedure(), scans_codes=True)
    effects = []
    for event in events:
        state, more = advance(state, event, lambda: "key-1")
        effects += more
    return state, effects


def test_six_digits_open_the_card():
    state, effects = run([*AT_CARD, READ])
    assert effects == [say.ReadCard(DIGITS)]
    assert (state.step, state.check) == (Step.PERSON, CHIP)


def test_a_code_opens_the_card_straight_on():
    state, effects = run([say.CardPlaced(), say.CodeScanned(QR)])
    assert state.step is Step.CARD
    assert effects == [say.ReadCard(DIGITS)]


def test_a_code_that_is_scanned_twice_reads_once():
    _, effects = run([say.CodeScanned(QR), say.CardPlaced(), say.CodeScanned(QR)])
    assert effects == [say.ReadCard(DIGITS)]


def test_another_code_while_the_card_is_awaited_is_what_opens_it():
    _, effects = run([say.CardKeyTyped(OTHER), say.CodeScanned(QR), say.CardPlaced()])
    assert effects == [say.ReadCard(DIGITS)]


def test_a_code_of_something_else_is_said_and_forgotten_with_the_next():
    state, effects = run([say.CodeScanned(None)])
    assert (state.step, state.code_refused) == (Step.CARD_KEY, True)
    assert not effects
    state, _ = run([say.CodeScanned(QR)], state)
    assert (state.step, state.code_refused) == (Step.CARD, False)


@pytest.mark.parametrize("code", ["WRONG_KEY", "CARD_BLOCKED"])
def test_a_refused_key_is_never_tried_again_by_itself(code):
    state, effects = run([*AT_CARD, say.CardFailed(code)])
    assert state.fault.code == code
    state, more = run(
        [
            say.CardPlaced(),
            say.CodeScanned(QR),  # the same digits
            say.CardLifted(),
            say.CardPlaced(),
            say.RetryPressed(),
        ],
        state,
    )
    assert len(effects + more) == 1
    assert (state.step, state.fault) == (Step.CARD_KEY, None)


def test_a_refused_code_is_told_while_that_card_lies_there():
    state, _ = run([*AT_CARD, say.CardFailed("WRONG_KEY"), say.RetryPressed()])
    state, effects = run([say.CodeScanned(QR)], state)
    assert (state.code_refused, effects) == (True, [])
    state, effects = run([say.CardLifted(), say.CardPlaced(), say.CodeScanned(QR)], state)
    assert effects == [say.ReadCard(DIGITS)], "another card may take it"


def test_typed_again_it_is_tried_again():
    events = [*AT_CARD, say.CardFailed("WRONG_KEY"), say.RetryPressed(), say.CardKeyTyped(DIGITS)]
    _, effects = run(events)
    assert effects == [say.ReadCard(DIGITS)] * 2


def test_a_chip_without_pace_asks_for_all_three():
    state, _ = run([*AT_CARD, say.CardFailed("PACE_UNSUPPORTED")])
    assert (state.step, state.whole_key, state.fault) == (Step.CARD_KEY, True, None)
    state, effects = run([say.CodeScanned(QR)], state)
    assert (state.step, state.qr, effects) == (Step.CARD_KEY, QR, [])
    state, effects = run([say.CardKeyTyped(WHOLE)], state)
    assert effects == [say.ReadCard(WHOLE)]
    state, _ = run([say.CardFailed("PACE_UNSUPPORTED")], state)
    assert state.fault == ShownFault("PACE_UNSUPPORTED"), "it doesn't go round in a circle"


def test_all_three_can_be_chosen():
    state, _ = run([say.WholeKeyAsked()])
    assert state.whole_key


def test_pulled_and_put_back_is_read_again_with_the_same_key():
    state, effects = run(
        [*AT_CARD, say.CardLifted(), say.CardFailed("CARD_REMOVED"), say.CardPlaced(), READ]
    )
    assert effects == [say.ReadCard(DIGITS)] * 2
    assert state.step is Step.PERSON


def test_put_back_before_the_reader_noticed_is_read_again_too():
    state, effects = run(
        [*AT_CARD, say.CardLifted(), say.CardPlaced(), say.CardFailed("CARD_REMOVED")]
    )
    assert effects == [say.ReadCard(DIGITS)] * 2
    assert (state.fault, state.laid_again) == (None, False)
    state, effects = run([say.CardFailed("CARD_REMOVED")], state)
    assert effects == []
    assert state.fault.code == "CARD_REMOVED", "once a placing"


def test_a_card_told_twice_is_no_new_card():
    state, effects = run([*AT_CARD, say.CardPlaced(), say.CardFailed("CARD_REMOVED")])
    assert effects == [say.ReadCard(DIGITS)]
    assert state.fault is not None


def test_what_is_known_early_goes_when_the_reading_fails():
    so_far = say.CardProgressed(ReadProgress(ReadStep.READING, 1, 9), PERSON)
    state, _ = run([*AT_CARD, so_far, say.CardProgressed(ReadProgress(ReadStep.CHECKING))])
    assert (state.step, state.preview, state.person) == (Step.CARD, PERSON, None)
    state, _ = run([say.PersonConfirmed()], state)
    assert state.step is Step.CARD, "only a whole reading can be confirmed"
    state, _ = run([say.CardFailed("CARD_TOO_SLOW")], state)
    assert state.preview is None


@pytest.mark.parametrize(
    "late",
    [
        say.CardProgressed(ReadProgress(ReadStep.READING, 1, 5), PERSON),
        READ,
        say.CardFailed("CARD_REMOVED"),
    ],
)
@pytest.mark.parametrize("before", [[*AT_CARD, say.BackPressed()], AT_HAND])
def test_what_a_former_reading_still_says_changes_nothing(before, late):
    state, _ = run(before)
    assert run([late], state)[0] == state


def test_a_lost_reader_is_said_at_once_and_heals_by_itself():
    state, _ = run([say.ReaderLost("PCSC_DOWN")])
    assert state.fault == ShownFault("PCSC_DOWN")
    state, effects = run([say.RetryPressed(), say.CardKeyTyped(DIGITS)], state)
    assert (state.step, state.fault.code, effects) == (Step.CARD, "PCSC_DOWN", [])
    state, effects = run([say.ReaderFound(), say.CardPlaced()], state)
    assert (state.fault, effects) == (None, [say.ReadCard(DIGITS)])


def test_without_a_reader_a_code_fills_in_the_person():
    state, effects = run([say.ReaderLost("NO_READER"), say.CodeScanned(QR)])
    assert effects == []
    assert (state.step, state.fault) == (Step.PERSON, None)
    assert (state.person, state.check) == (person_from_qr(QR), CardCheck(Source.QR))


@pytest.mark.parametrize("code", ["CARD_UNSUPPORTED", "CARD_MUTE", "CARD_BLOCKED"])
def test_without_a_chip_the_person_types(code):
    state, _ = run([*AT_CARD, say.CardFailed(code), say.ByHandAsked()])
    assert (state.step, state.fault) == (Step.BY_HAND, None)
    state, _ = run([say.PersonTyped(PERSON)], state)
    assert (state.step, state.person) == (Step.PERSON, PERSON)
    assert state.check == CardCheck(Source.TYPED)
    state, _ = run([say.BackPressed()], state)
    assert state.step is Step.BY_HAND


@pytest.mark.parametrize(
    "changes",
    [{"number": "123"}, {"full_name": "x1"}, {"birth": "31/02/2000"}, {"birth": "02/03/2999"}],
)
def test_what_can_be_nobody_is_not_taken(changes):
    before, _ = run(AT_HAND)
    after, _ = run([say.PersonTyped(replace(PERSON, **changes))], before)
    assert after == before


def test_asking_to_type_stops_the_reading():
    state, effects = run([*AT_CARD, say.ByHandAsked()])
    assert effects[-1] == say.StopWork()
    assert (state.step, state.reading) == (Step.BY_HAND, None)


def test_a_code_whose_letters_may_have_suffered_is_looked_at_first():
    doubtful = replace(QR, doubtful=("full_name",))
    state, _ = run([*AT_HAND, say.CodeScanned(doubtful)])
    assert (state.step, state.qr) == (Step.BY_HAND, doubtful)
    state, _ = run(
        [say.PersonTyped(replace(person_from_qr(QR), full_name="Nguyễn Thị Máu"))], state
    )
    assert state.check == CardCheck(Source.TYPED), "changed by hand"


def test_a_code_scanned_before_fills_in_when_typing_is_asked():
    state, _ = run([say.CodeScanned(QR), *AT_CARD[1:], say.CardFailed("CARD_MUTE")])
    state, _ = run([say.ByHandAsked()], state)
    assert (state.step, state.check.source) == (Step.PERSON, Source.QR)


def test_a_code_is_compared_with_the_chip_before_and_after():
    events = [say.CodeScanned(OTHER_QR), say.CardPlaced(), READ]
    before, _ = run(events)
    after, _ = run([*AT_CARD, READ, say.CodeScanned(OTHER_QR), say.CodeScanned(OTHER_QR)])
    assert before.check == after.check
    assert "dg13_sex" in after.check.mismatches
    assert len(after.check.mismatches) > len(CHIP.mismatches)
    same, _ = run([*AT_CARD, READ, say.CodeScanned(QR)])
    assert same.check == CHIP


def test_the_right_code_puts_a_contradiction_right():
    state, _ = run([*AT_CARD, READ, say.CodeScanned(OTHER_QR), say.CodeScanned(QR)])
    assert state.check == CHIP


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        (DIGITS, QR),
        (OTHER, None),
        (WHOLE, QR),
        (replace(WHOLE, number="300012345"), QR),
        (replace(WHOLE, number="001300999999"), None),
    ],
)
def test_a_code_of_another_card_than_the_one_typed_is_forgotten(key, kept):
    state, _ = run([say.WholeKeyAsked(), say.CodeScanned(QR), say.CardKeyTyped(key)])
    assert state.qr == kept


def test_codes_elsewhere_mean_nothing():
    state, _ = run([*AT_CARD, READ, say.PersonConfirmed()])
    assert run([say.CodeScanned(QR)], state)[0] == state


EVENTS = st.sampled_from(
    [
        say.CardKeyTyped(DIGITS),
        say.CodeScanned(QR),
        say.CodeScanned(OTHER_QR),
        say.CodeScanned(None),
        say.CardPlaced(),
        say.CardLifted(),
        say.ReaderLost("NO_READER"),
        say.ReaderFound(),
        say.CardFailed("WRONG_KEY"),
        say.CardFailed("CARD_REMOVED"),
        say.CardFailed("PACE_UNSUPPORTED"),
        say.RetryPressed(),
        say.BackPressed(),
        say.ByHandAsked(),
        say.WholeKeyAsked(),
    ]
)


@given(st.lists(EVENTS, max_size=40))
def test_no_card_meets_the_key_it_refused_unless_it_was_typed_again(events):
    state, refused = begin(a_procedure(), scans_codes=True), set()
    for event in events:
        reading = state.reading is not None
        if isinstance(event, say.CardFailed) and event.code == "WRONG_KEY" and reading:
            refused.add(state.key)
        if isinstance(event, say.CardLifted):
            refused.clear()
        if isinstance(event, say.CardKeyTyped):
            refused.discard(event.key)
        state, effects = advance(state, event, lambda: "key-1")
        for effect in effects:
            if isinstance(effect, say.ReadCard):
                assert effect.key not in refused
                assert not reading or isinstance(event, say.CardFailed), "one reading at a time"
