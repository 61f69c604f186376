"""No log line, repr or exception text holds anything of the person or of the keys."""

from __future__ import annotations

import json
import logging
import tempfile
import traceback

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.idcard import bac, dg2, lds, mrz, symmetric
from devices.idcard.api import Can
from devices.idcard.reader import Means
from devices.idcard.securemessaging import CipherKind
from devices.idcard.simulated import SimulatedReader
from devices.idcard.trace import Tracer
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson
from tests.unit.idcard.cards import read, reader

PERSON = VirtualPerson()
# Tracebacks quote the test's own source: it must not spell the values out.
SURNAME = PERSON.mrz_name.split("<")[0].encode()
SECRETS = (
    PERSON.number,
    PERSON.number[-9:],
    PERSON.birth,
    PERSON.expiry,
    PERSON.birth_text,
    PERSON.expires_text,
    PERSON.name,
    PERSON.mrz_name.split("<")[0],
    PERSON.mrz_name.partition("<<")[2].replace("<", " "),
    PERSON.residence,
    PERSON.origin,
    PERSON.features,
    PERSON.father,
    PERSON.mother,
    PERSON.old_number,
    PERSON.opaque,
    mrz.information(PERSON.key),
    Can.of_number(PERSON.number).digits,
    mrz.password(PERSON.key).hex(),
    CipherKind.AES_128.derive(mrz.password(PERSON.key), symmetric.PASSWORD).hex(),
    CipherKind.AES_128.derive(Can.of_number(PERSON.number).digits.encode(), 3).hex(),
    bac.AccessKeys(PERSON.key)._enc.hex(),
    bac.AccessKeys(PERSON.key)._mac.hex(),
)


def clean(text: str) -> None:
    folded = text.lower()
    # The test must not print the secret either way round: only its place in the list.
    found = [at for at, secret in enumerate(SECRETS) if secret.lower() in folded]
    assert not found, f"secrets number {found} in a text of {len(text)} characters"


def folded(data: bytes, size: int = 12) -> list[str]:
    """Pieces of a file as a trace would write them."""
    return [data[at : at + size].hex() for at in range(0, len(data) - size, size)]


@pytest.mark.parametrize("key", ["can", "key"])
@pytest.mark.parametrize("aa", [False, True])
def test_a_whole_run_with_everything_on(key, aa, caplog, capfd, tmp_path, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    card = VirtualCard(switches=Switches(dg11=True, dg12=True, no_ca=aa))
    tracer, seen = Tracer(), []
    means = Means(wrap=tracer.wrap)
    where = SimulatedReader(card, latency_ms=0, present=True, means=means)
    watch = where.watch(seen.append)

    def on_progress(progress):
        seen.append(progress)
        tracer.on_progress(progress)

    data = where.read(getattr(card, key), on_progress, Cancel())
    watch.stop()
    assert {1, 2, 11, 12, 13} < set(data.groups)
    assert data.chip.method == ("AA" if aa else "CA")
    raw = ("groups", "sod", "com")  # the files themselves
    for name, thing in vars(data).items():
        if name not in raw:
            clean(f"{name}: {thing!r}")
    for thing in (data, seen, where, card, card.key, card.can, PERSON, tracer):
        clean(f"{thing!r} {thing}")
    record = tracer.report("1", data)
    text = json.dumps({**record, "card_access": ""})
    clean(text)
    for file in (*data.groups.values(), data.sod or b"", data.com or b""):
        assert not [piece for piece in folded(file) if piece in text]
    out = capfd.readouterr()
    clean(caplog.text + out.out + out.err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "switches",
    [
        {"wrong_can": True},
        {"tear_after": 9},
        {"bad_mac_after": 9},
        {"truncated_dg": 1},
        {"clone": True},
    ],
)
def test_the_trace_of_a_faulty_reading(switches):
    card, tracer = VirtualCard(switches=Switches(**switches)), Tracer()
    where = SimulatedReader(card, latency_ms=0, present=True, means=Means(wrap=tracer.wrap))
    data, fault = None, None
    try:
        data = where.read(card.can, tracer.on_progress, Cancel())
    except Fault as caught:
        fault = caught
    clean(json.dumps(tracer.report("1", data, fault)))


@pytest.mark.parametrize("key", ["can", "key"])
@pytest.mark.parametrize("no_pace", [False, True])
def test_a_good_reading(key, no_pace, caplog):
    caplog.set_level(logging.DEBUG)
    seen = []
    card = VirtualCard(switches=Switches(no_pace=no_pace and key == "key"))
    where = reader(card)
    data = read(where, getattr(card, key), on_progress=seen.append)
    clean(caplog.text)
    shown = [data, data.mrz, data.citizen, data.face, card.key, card.can, card, where, PERSON, seen]
    for thing in shown:
        clean(f"{thing!r} {thing}")


@pytest.mark.parametrize(
    "switches",
    [
        {"wrong_mrz": True},
        {"wrong_can": True},
        {"wrong_tries_left": 2},
        {"pace_6982": True},
        {"pace_cipher": "unknown"},
        {"no_pace": True},
        {"tear_after": 4},
        {"tear_after": 20},
        {"bad_mac_after": 4},
        {"truncated_dg": 1},
        {"long_dg": 1},
        {"not_emrtd": True},
        {"mrz_bad_check": True},
        {"garbage_dg13": True},
        {"dg2_broken": True},
        {"dg1_dg13_mismatch": True},
        {"max_le": 5},
    ],
)
@pytest.mark.parametrize("key", ["can", "key"])
def test_faulty_readings(key, switches, caplog):
    caplog.set_level(logging.DEBUG)
    card = VirtualCard(switches=Switches(**switches))
    try:
        clean(repr(read(reader(card), getattr(card, key)).warnings))
    except (Fault, Cancelled) as error:
        clean("".join(traceback.format_exception(error)))
        clean(repr(error) + str(error.args))
        chained = error.__context__
        clean(repr(chained))
    clean(caplog.text)


def test_parsers_do_not_quote(caplog):
    spoilt = lds.build_dg1(PERSON.lines()).replace(SURNAME, SURNAME.lower())
    bad = (
        lambda: lds.parse_dg1(spoilt),
        lambda: lds.parse_dg1(spoilt.replace(SURNAME.lower(), bytes(range(250, 256)))),
        lambda: dg2.parse(PERSON.dg13()),
        lambda: mrz.information(VirtualPerson(birth="00-03-02").key),
        lambda: mrz.password(Can(PERSON.number)),
    )
    for parse in bad:
        with pytest.raises(Fault) as caught:
            parse()
        clean("".join(traceback.format_exception(caught.value)))
        clean(repr(caught.value.__context__))
