"""What every ID-card reader keeps, simulated or behind a real pcscd."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import fields, replace

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.idcard.api import Can, CardChange, LampState, ReadStep
from devices.idcard.link import Limits
from devices.idcard.reader import Means
from devices.idcard.trust.files import File
from devices.idcard.trust.importing import import_files
from devices.idcard.trust.store import TrustStore
from devices.idcard.trust.verifier import LocalCscaVerifier
from devices.idcard.virtual import pki
from devices.idcard.virtual.card import ATR, VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.status import Level
from tests.contract.idcard.cases import APART, CASES
from tests.contract.idcard.conftest import Events

KEY = VirtualCard().key


def quiet(_: object) -> None:
    pass


def test_a_whole_reading(desk):
    desk.put(VirtualCard())
    steps = []
    data = desk.reader.read(KEY, lambda progress: steps.append(progress.step), Cancel())
    assert data.citizen is not None
    assert data.citizen.full_name == "Nguyễn Thị Mẫu"
    assert data.face is not None
    assert set(data.groups) == {1, 2, 13, 14, 15}
    assert (data.atr, data.reader) == (ATR, desk.reader.readers()[0])
    assert data.apdus <= 102
    assert steps[0] is ReadStep.FOUND
    assert steps[-1] is ReadStep.READING
    again = desk.reader.read(KEY, quiet, Cancel())
    assert again.groups == data.groups


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_switch(desk, case):
    """What must come of each kind of card, with short and with extended length."""
    switches = Switches(**case.switches)
    card = VirtualCard(switches=switches)
    with trusted(switches) as trust:
        desk.put(card)
        check(desk.limit(Means(extended="off", trust=trust)), card, case)
        if case.lifted:
            desk.lift()
            desk.put(card)
        check(desk.limit(Means(extended="on", trust=trust)), card, case)


def check(reader, card, case):
    key = getattr(card, case.key)
    if case.fault:
        with pytest.raises(Fault) as caught:
            reader.read(key, quiet, Cancel())
        assert caught.value.code == case.fault
        return
    data = reader.read(key, quiet, Cancel())
    lamps = (data.lamps.read, data.lamps.intact, data.lamps.trusted, data.lamps.genuine)
    assert tuple(lamp.state for lamp in lamps) == case.lamps
    assert tuple(lamp.why for lamp in lamps if lamp.state is not LampState.OK) == case.whys
    assert (data.access, data.chip.method) == (case.access, case.chip)
    assert data.warnings == case.warnings
    assert data.mismatches == case.mismatches
    assert data.mrz.warnings == case.zone
    assert (data.face is not None) == case.portrait
    extended = reader._means.extended
    assert data.apdus <= LIMITS.get((str(case), data.access, extended), data.apdus)


LIMITS = {("as-issued", "PACE-CAN", "on"): 22, ("no_pace=True", "BAC", "off"): 98}
"""What a whole reading may cost in APDUs."""


def test_every_switch_has_a_case():
    tried = {name for case in CASES for name in case.switches}
    assert tried | APART == {field.name for field in fields(Switches)}


@contextmanager
def trusted(switches):
    """A verifier that knows the country signer a technician would have imported for this card."""
    files = [File(*one) for one in pki.trust_files(switches).items()]
    with TrustStore() as store:
        import_files(store, files, "test", folder=True)
        yield LocalCscaVerifier(store)


def test_tries_run_out(desk):
    card = VirtualCard(switches=Switches(wrong_tries_left=1))
    desk.put(card)
    for code in ("WRONG_KEY", "CARD_BLOCKED"):
        with pytest.raises(Fault, match=code):
            desk.reader.read(card.can, quiet, Cancel())


def test_wrong_can_then_right_one(desk):
    card = VirtualCard(switches=Switches())
    desk.put(card)
    with pytest.raises(Fault, match="WRONG_KEY"):
        desk.reader.read(Can("543210"), quiet, Cancel())
    assert desk.reader.read(card.can, quiet, Cancel()).mrz.warnings == ()


def test_without_extended_length_it_is_read_short_and_remembered(desk):
    reader = desk.limit(Means(extended="on"))
    card = VirtualCard(switches=Switches(no_extended=True))
    desk.put(card)
    first, second = (reader.read(card.can, quiet, Cancel()) for _ in range(2))
    assert first.groups == second.groups
    assert first.apdus == second.apdus + 8


def test_extended_length_is_not_tried_on_a_reader_that_does_not_say_so(desk):
    card = VirtualCard(switches=Switches())
    desk.put(card)
    assert desk.reader.read(card.can, quiet, Cancel()).apdus > 90


def test_no_card(desk):
    assert desk.reader.status().level is Level.OK
    with pytest.raises(Fault, match="NO_CARD"):
        desk.reader.read(KEY, quiet, Cancel())


def test_wrong_key_then_right_one(desk):
    desk.put(VirtualCard())
    with pytest.raises(Fault, match="WRONG_KEY"):
        desk.reader.read(replace(KEY, birth="000303"), quiet, Cancel())
    assert desk.reader.read(KEY, quiet, Cancel()).mrz.warnings == ()


def test_coming_and_going_is_reported(desk):
    events = Events()
    watch = desk.reader.watch(events.put)
    desk.put(VirtualCard())
    found = events.until(CardChange.CARD_IN)
    assert (found.reader, found.atr) == (desk.reader.readers()[0], ATR)
    desk.lift()
    assert events.until(CardChange.CARD_OUT).reader == found.reader
    watch.stop()


def test_a_card_that_lies_there_is_reported_to_a_new_watch(desk):
    desk.put(VirtualCard())
    events = Events()
    watch = desk.reader.watch(events.put)
    assert events.until(CardChange.CARD_IN).atr == ATR
    watch.stop()


@pytest.mark.parametrize("no_pace", [False, True])
@pytest.mark.parametrize("after", [1, 3, 5, 40])
def test_torn_then_laid_down_again(desk, after, no_pace):
    desk.put(VirtualCard(switches=Switches(tear_after=after, no_pace=no_pace)))
    with pytest.raises(Fault, match="CARD_REMOVED"):
        desk.reader.read(KEY, quiet, Cancel())
    desk.lift()
    desk.put(VirtualCard())
    assert desk.reader.read(KEY, quiet, Cancel()).face is not None


@pytest.mark.parametrize(
    "switches",
    [{"max_le": 160}, {"reset_after": 30}, {"eof_6282": True}, {"short_reads": 90}],
    ids=str,
)
def test_cards_to_cope_with(desk, switches):
    desk.put(VirtualCard(switches=Switches(**switches)))
    assert desk.reader.read(KEY, quiet, Cancel()).face is not None


def test_cancelled_in_the_middle(desk):
    desk.put(VirtualCard())
    cancel = Cancel()

    def half(progress) -> None:
        if progress.total > 100 and progress.done * 2 > progress.total:
            cancel.cancel()

    with pytest.raises(Cancelled):
        desk.reader.read(KEY, half, cancel)
    assert desk.reader.read(KEY, quiet, Cancel()).face is not None


def test_a_dead_card_lets_the_caller_go(desk):
    reader = desk.limit(Means(limits=Limits(seconds=1.0)))
    desk.put(VirtualCard(switches=Switches(hang_after=5)))
    start = time.monotonic()
    with pytest.raises(Fault, match="CARD_TOO_SLOW"):
        reader.read(KEY, quiet, Cancel())
    assert time.monotonic() - start < 5
    desk.lift()
    reader = desk.limit(Means())
    desk.put(VirtualCard())
    assert reader.read(KEY, quiet, Cancel()).face is not None
