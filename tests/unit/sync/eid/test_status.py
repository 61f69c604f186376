"""What ``kiosk sync status`` says about signers of cards."""

from __future__ import annotations

from dataclasses import replace

from kiosk.commands.sync import readable, status
from kiosk.dossiers.card_checks import CardChecks
from kiosk.settings import load
from tests.unit.dossiers.office import PLACE, a_submission, open_office
from tests.unit.dossiers.test_card_checks import a_chip


def test_status_counts_and_names_alarms(tmp_path):
    office = open_office(tmp_path, place=replace(PLACE, gateway=True))
    first, _ = [
        office.register.hand_in(a_submission(key, check=a_chip())).dossier for key in ("a", "b")
    ]
    CardChecks(office.database, "kiosk-01", office.clock).refuse(first.id)
    office.close()
    tmp_path.joinpath("app.db").rename(tmp_path / "station.db")
    said = status(load(state=tmp_path))
    assert said["card_checks"] == {"waiting": 1, "confirmed": 0, "refused": 1, "gave_up": 0}
    assert said["alarms"] == [{"dossier": first.code, "why": {"trusted": "GATEWAY_REFUSED"}}]
    assert f"{first.code}: signer refused" in readable(said)
    assert "1 not yet confirmed" in readable(said)


def test_status_without_a_store(tmp_path):
    said = status(load(state=tmp_path))
    assert (said["card_checks"], said["alarms"]) == ({}, [])
    words = readable(said)
    assert words.startswith("Nothing waits.")
    assert "Card" not in words
