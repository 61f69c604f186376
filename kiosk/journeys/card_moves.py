"""The moves of a journey up to the person: key, code, card, and the ways on without a chip.

A key the chip has refused is only tried again when a person types it again: some chips grow slow
or lock after wrong keys. A card that was pulled and put back is read again with the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from devices.idcard import crosscheck
from devices.idcard.api import Can, Key, ReadProgress, ReadStep
from devices.idcard.qr import CardQr
from kiosk.clock import at_office, now
from kiosk.journeys import submit as say
from kiosk.journeys.moves import Moved, shown_fault, stay
from kiosk.journeys.submit import State, Step
from kiosk.people.card_check import CardCheck, Source
from kiosk.people.from_qr import is_whole, person_from_qr
from kiosk.people.person import Person
from kiosk.people.typed import misfits

_REFUSED = frozenset({"WRONG_KEY", "CARD_BLOCKED"})
"""Card faults after which this key isn't tried again by itself."""
_KEY_STEPS = (Step.CARD_KEY, Step.CARD)
_OF_CODE = "qr_"  # how the names begin that `crosscheck` gives to what a code contradicts
_PULLED = frozenset({"CARD_REMOVED", "NO_CARD"})


def at_rest(state: State) -> State:
    """Nothing is read any more, and nothing half read is kept."""
    return replace(state, reading=None, preview=None, checked=False, laid_again=False)


# --- what opens the chip ------------------------------------------------------------------------


def _key_typed(state: State, event: say.CardKeyTyped) -> Moved:
    if state.step is not Step.CARD_KEY:
        return stay(state)
    qr = state.qr if state.qr is not None and _is_of(event.key, state.qr) else None
    return _use_key(replace(state, qr=qr, refused=state.refused - {event.key}), event.key)


def _is_of(key: Key, qr: CardQr) -> bool:
    """Whether the code is that of the card whose key was typed; else it was another card's."""
    if isinstance(key, Can):
        return key == Can.of_number(qr.number)
    return qr.number.endswith(key.number)


def _use_key(state: State, key: Key) -> Moved:
    return _try_card(replace(state, step=Step.CARD, key=key, code_refused=False))


def _try_card(state: State) -> Moved:
    """Reads the card when it lies there, else waits for it; never with a key it has refused."""
    state = replace(at_rest(state), fault=None)
    if state.reader_lost:
        return stay(replace(state, fault=shown_fault(state.reader_lost)))
    if not state.card_present or state.key is None or state.key in state.refused:
        return stay(state)
    return replace(state, reading=ReadProgress(ReadStep.FOUND)), (say.ReadCard(state.key),)


def _whole_key_asked(state: State, _: say.WholeKeyAsked) -> Moved:
    if state.step is not Step.CARD_KEY:
        return stay(state)
    return stay(replace(state, whole_key=True, fault=None))


# --- the code of the card -----------------------------------------------------------------------


def _code_scanned(state: State, event: say.CodeScanned) -> Moved:
    move = _SCANNED.get(state.step)
    if move is None:
        return stay(state)
    if event.qr is None:
        asked = state.step in (Step.CARD_KEY, Step.BY_HAND)
        return stay(replace(state, code_refused=asked))
    if state.reader_lost and state.step in _KEY_STEPS:
        move, state = _scanned_by_hand, replace(state, step=Step.BY_HAND, fault=None)
    return move(state, event.qr)


def _scanned_for_key(state: State, qr: CardQr) -> Moved:
    key = Can.of_number(qr.number)
    if key in state.refused:
        return stay(replace(state, code_refused=True))
    state = replace(state, qr=qr, code_refused=False, fault=None)
    if state.whole_key:
        return stay(state)  # it fills in what it knows; the expiry has to be typed
    return _use_key(state, key)


def _scanned_at_card(state: State, qr: CardQr) -> Moved:
    """A code laid before the scanner while the card is awaited is what shall open it."""
    state = replace(state, qr=qr)
    key = Can.of_number(qr.number)
    tried = key == state.key or key in state.refused
    if state.reading is not None or state.whole_key or tried:
        return stay(state)
    return _use_key(state, key)


def _scanned_by_hand(state: State, qr: CardQr) -> Moved:
    state = replace(state, qr=qr, code_refused=False)
    if is_whole(qr):
        return _without_chip(state, person_from_qr(qr), Source.QR)
    return stay(state)


def _scanned_after(state: State, qr: CardQr) -> Moved:
    """Compared with what the chip said; without a chip there is nothing to compare."""
    if state.check.source is not Source.CHIP:
        return stay(state)
    return stay(_compared(replace(state, qr=qr)))


def _compared(state: State) -> State:
    """Names what differs between code and chip: shown gently, judged by the clerk. The last code counts."""
    if state.qr is None or state.chip is None:
        return state
    found = crosscheck.against_qr(state.qr, state.chip.mrz, state.chip.citizen)
    former = (name for name in state.check.mismatches if not name.startswith(_OF_CODE))
    names = dict.fromkeys((*former, *found))
    return replace(state, check=replace(state.check, mismatches=tuple(names)))


# --- the card -----------------------------------------------------------------------------------


def _card_placed(state: State, _: say.CardPlaced) -> Moved:
    again = state.laid_again or (state.reading is not None and not state.card_present)
    state = replace(state, card_present=True, laid_again=again)
    if state.step is Step.CARD and state.reading is None and not _is_refused(state):
        return _try_card(state)
    return stay(state)


def _card_lifted(state: State, _: say.CardLifted) -> Moved:
    """What the next card refuses is not known yet."""
    return stay(replace(state, card_present=False, refused=frozenset()))


def _reader_lost(state: State, event: say.ReaderLost) -> Moved:
    state = replace(state, reader_lost=event.code, card_present=False)
    if state.step in _KEY_STEPS and state.reading is None:
        state = replace(state, fault=shown_fault(event.code))
    return stay(state)


def _reader_found(state: State, _: say.ReaderFound) -> Moved:
    lost, state = state.reader_lost, replace(state, reader_lost="")
    if lost and state.fault is not None and state.fault.code == lost:
        state = replace(state, fault=None)
        return _try_card(state) if state.step is Step.CARD else stay(state)
    return stay(state)


def _card_progressed(state: State, event: say.CardProgressed) -> Moved:
    if state.step is Step.CARD and state.reading is not None:
        checked = state.checked or event.progress.step is ReadStep.CHECKING
        preview = event.preview or state.preview
        state = replace(state, reading=event.progress, preview=preview, checked=checked)
    return stay(state)


def _card_read(state: State, event: say.CardRead) -> Moved:
    if state.step is not Step.CARD or state.reading is None:
        return stay(state)
    read = replace(
        at_rest(state),
        step=Step.PERSON,
        fault=None,
        person=event.person,
        portrait=event.portrait,
        check=event.check,
        chip=event.chip,
    )
    return stay(_compared(read))


def _card_failed(state: State, event: say.CardFailed) -> Moved:
    if state.step is not Step.CARD or state.reading is None:
        return stay(state)
    again, state = state.laid_again and state.card_present, at_rest(state)
    if event.code in _PULLED and again:
        return _try_card(state)  # it lies there again already
    if event.code == "PACE_UNSUPPORTED" and not state.whole_key:
        return stay(replace(state, step=Step.CARD_KEY, whole_key=True))
    if event.code in _REFUSED and state.key is not None:
        state = replace(state, refused=state.refused | {state.key})
    return stay(replace(state, fault=shown_fault(event.code)))


def _is_refused(state: State) -> bool:
    return state.fault is not None and state.fault.code in _REFUSED


def retry(state: State) -> Moved:
    """Once more after a fault of the card: another key after a refusal, else the same."""
    if _is_refused(state):
        return stay(replace(state, step=Step.CARD_KEY, fault=None))
    return _try_card(state)


# --- without a chip -----------------------------------------------------------------------------


def _by_hand_asked(state: State, _asked: say.ByHandAsked) -> Moved:
    if state.step not in _KEY_STEPS:
        return stay(state)
    stop = (say.StopWork(),) if state.reading is not None else ()
    state = replace(at_rest(state), step=Step.BY_HAND, fault=None, code_refused=False)
    if state.qr is not None:
        state, _ = _scanned_by_hand(state, state.qr)
    return state, stop


def _person_typed(state: State, event: say.PersonTyped) -> Moved:
    if state.step is not Step.BY_HAND or misfits(event.person, at_office(now()).date()):
        return stay(state)
    same = state.qr is not None and event.person == person_from_qr(state.qr)
    return _without_chip(state, event.person, Source.QR if same else Source.TYPED)


def _without_chip(state: State, person: Person, source: Source) -> Moved:
    state = replace(state, person=person, check=CardCheck(source), portrait=None, chip=None)
    return stay(replace(state, step=Step.PERSON))


_SCANNED: Mapping[Step, Callable[[State, CardQr], Moved]] = {
    Step.CARD_KEY: _scanned_for_key,
    Step.CARD: _scanned_at_card,
    Step.BY_HAND: _scanned_by_hand,
    Step.PERSON: _scanned_after,
}
LISTENS = frozenset(_SCANNED)
"""The steps in which a scanned code means something."""

MOVES: Mapping[type, Callable[[State, Any], Moved]] = {
    say.CardKeyTyped: _key_typed,
    say.WholeKeyAsked: _whole_key_asked,
    say.CodeScanned: _code_scanned,
    say.CardPlaced: _card_placed,
    say.CardLifted: _card_lifted,
    say.ReaderLost: _reader_lost,
    say.ReaderFound: _reader_found,
    say.CardProgressed: _card_progressed,
    say.CardRead: _card_read,
    say.CardFailed: _card_failed,
    say.ByHandAsked: _by_hand_asked,
    say.PersonTyped: _person_typed,
}
