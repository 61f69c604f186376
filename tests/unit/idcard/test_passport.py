"""A foreigner's passport on the same reader: TD3, no DG13, nothing measured with Vietnamese rules."""

from __future__ import annotations

import pytest

from devices.idcard import mrz
from devices.idcard.api import LampState
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson
from tests.unit.idcard.cards import read, reader


class Traveller(VirtualPerson):
    """The specimen person of ICAO 9303-4."""

    def lines(self):
        return mrz.build_td3(
            self.number, self.birth, self.sex, self.expiry, self.mrz_name,
            issuer="UTO", optional="ZE184226B",
        )  # fmt: skip


TRAVELLER = Traveller(
    number="L898902C3", birth="740812", sex="F", expiry="320415", mrz_name="ERIKSSON<<ANNA<MARIA"
)


@pytest.mark.parametrize(("no_pace", "access"), [(False, "PACE-MRZ"), (True, "BAC")])
def test_a_passport_is_opened_with_its_zone_and_read(no_pace, access):
    card = VirtualCard(TRAVELLER, Switches(no_pace=no_pace, no_dg13=True))
    key = mrz.key_of(mrz.parse("".join(TRAVELLER.lines())))
    data = read(reader(card), key)
    assert data.access == access
    assert (data.mrz.document_type, data.mrz.issuer) == ("P", "UTO")
    assert (data.mrz.surname, data.mrz.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (data.mrz.document_number, data.mrz.personal_number) == ("L898902C3", "ZE184226B")
    assert (data.mrz.warnings, data.mismatches) == ((), ())
    assert data.citizen is None
    assert data.face is not None
    assert data.lamps.read.state is LampState.OK
    assert data.lamps.intact.state is LampState.OK
