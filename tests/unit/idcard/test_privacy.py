"""No log line, repr or exception text holds anything of the person or of the keys."""

from __future__ import annotations

import logging
import traceback

import pytest

from devices.cancel import Cancelled
from devices.fault import Fault
from devices.idcard import bac, dg2, lds, mrz
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
    bac.AccessKeys(PERSON.key)._enc.hex(),
    bac.AccessKeys(PERSON.key)._mac.hex(),
)


def clean(text: str) -> None:
    folded = text.lower()
    # The test must not print the secret either way round: only its place in the list.
    found = [at for at, secret in enumerate(SECRETS) if secret.lower() in folded]
    assert not found, f"secrets number {found} in a text of {len(text)} characters"


def test_a_good_reading(caplog):
    caplog.set_level(logging.DEBUG)
    seen = []
    card = VirtualCard()
    where = reader(card)
    data = read(where, on_progress=seen.append)
    clean(caplog.text)
    shown = [data, data.mrz, data.citizen, data.face, card.key, card, where, PERSON, seen]
    for thing in shown:
        clean(f"{thing!r} {thing}")


@pytest.mark.parametrize(
    "switches",
    [
        {"wrong_mrz": True},
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
def test_faulty_readings(switches, caplog):
    caplog.set_level(logging.DEBUG)
    try:
        clean(repr(read(reader(VirtualCard(switches=Switches(**switches)))).warnings))
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
    )
    for parse in bad:
        with pytest.raises(Fault) as caught:
            parse()
        clean("".join(traceback.format_exception(caught.value)))
        clean(repr(caught.value.__context__))
