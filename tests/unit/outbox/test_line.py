"""How the line stands, by what the attempt log holds."""

from __future__ import annotations

import tomllib

import pytest

import resources
from kiosk.outbox.line import line
from kiosk.outbox.reasons import why
from tests.unit.dossiers.office import a_submission, open_office


@pytest.fixture
def office(tmp_path):
    made = open_office(tmp_path)
    yield made
    made.close()


def seen(office):
    return line(office.database.read())


def test_nothing_was_tried_yet(office):
    office.register.hand_in(a_submission("key-1"))
    assert (seen(office).online, seen(office).last_contact) == (None, None)


@pytest.mark.parametrize(
    ("status", "error", "online"),
    [
        (200, None, True),
        (503, "PORTAL_BUSY", True),
        (None, "PORTAL_DOWN", False),
        (None, "PORTAL_CERTIFICATE", False),
        (200, "PORTAL_NOT_THE_PORTAL", False),
    ],
)
def test_the_last_try_tells(office, status, error, online):
    office.register.hand_in(a_submission("key-1"))
    (item,) = office.outbox.claim("portal")
    office.outbox.retry(item.seq, 0, status=status, error=error)
    assert seen(office).online is online
    assert (seen(office).last_contact is not None) is online


def test_an_older_answer_is_the_last_contact_and_people_are_no_line(office):
    office.register.hand_in(a_submission("key-1"))
    (item,) = office.outbox.claim("portal")
    office.outbox.retry(item.seq, 0, status=503, error="PORTAL_BUSY")
    contact = seen(office).last_contact
    office.outbox.claim("portal")
    office.outbox.retry(item.seq, 0, error="PORTAL_DOWN")
    office.outbox.hold(item.seq, "a person looks at it")
    assert seen(office).online is False
    assert seen(office).last_contact == contact


def test_every_reason_of_the_outbox_has_words():
    own = tomllib.loads(resources.path("texts", "outbox.toml").read_text("utf-8"))
    assert {"HELD", "RELEASED", "MADE_DUE", "LEASE_ENDED", "BODY_DAMAGED"} <= set(own)
    for code in (*own, "PORTAL_DOWN"):
        words = why(code)
        assert words is not None
        assert all(words[language].strip().endswith(".") for language in ("vi", "en"))
    assert why(None) is None
    assert why("NO_SUCH_CODE") is None
