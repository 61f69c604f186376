"""What is offered follows the day and the releases; what was begun stays known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.errors import CatalogueError
from kiosk.catalogue.load import load_catalogue
from kiosk.catalogue.offer import Offer

TODAY = date(2026, 11, 25)
OLD = load_catalogue().version("2.000815", "2026-1")
NEW = replace(OLD, version="2026-2", minutes=7)
OTHER = replace(OLD, code="1.000001")


def test_an_offer_is_of_today():
    days = [TODAY]
    offer = Offer(Catalogue([OLD]), ["9.999999", "2.000815"], lambda: days[0])
    assert list(offer) == [OLD]
    assert (len(offer), offer[0], offer[:]) == (1, OLD, [OLD])
    days[0] = date(2025, 12, 31)  # before it is valid
    assert list(offer) == []
    assert len(offer) == 0


def test_an_offer_follows_a_release():
    catalogue = Catalogue([OLD])
    offer = Offer(catalogue, ["2.000815", "1.000001"], lambda: TODAY)
    after = catalogue.replaced([NEW, OTHER])
    assert list(offer) == [OLD]  # nothing before it is applied
    catalogue.become(after)
    assert list(offer) == [NEW, OTHER]
    assert catalogue.version("2.000815", "2026-1") == OLD


def test_versions_stay_known_through_many_releases():
    catalogue = Catalogue([OLD])
    for procedures in ([NEW], [OTHER], [OLD]):
        catalogue.become(catalogue.replaced(procedures))
    assert catalogue.home(TODAY) == [OLD]
    assert {(one.code, one.version) for one in catalogue.known()} == {
        ("2.000815", "2026-1"),
        ("2.000815", "2026-2"),
        ("1.000001", "2026-1"),
    }


def test_a_known_version_has_one_content_for_ever():
    catalogue = Catalogue([OTHER], retired=[OLD])
    with pytest.raises(CatalogueError, match=r"2\.000815: version 2026-1"):
        catalogue.replaced([replace(OLD, minutes=9)])
    assert catalogue.offered() == [OTHER]
