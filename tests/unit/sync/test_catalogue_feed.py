"""A release of the catalogue is taken whole, signed and newer, or the last good one stays."""

from __future__ import annotations

from base64 import b64encode
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import resources
from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from kiosk import feeds
from kiosk.catalogue import release
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.load import load_catalogue
from sync import catalogue_feed
from sync.catalogue_feed import CatalogueFeed, public_key
from sync.portal.driver import NotThePortal, UnknownOutcome
from sync.portal.transport import Failed
from tests.fakes.feed_portal import Publisher, SayingPortal, reply
from tests.unit.dossiers.office import a_submission, open_office

SHIPPED = resources.path("procedures", "2.000815.toml").read_bytes()
DAY = date(2026, 11, 25)
LATER = date(2027, 3, 1)


def version(name: str, first: str = "2027-01-01", content: bytes = SHIPPED) -> bytes:
    """The shipped procedure under another version's name."""
    return content.replace(b'"2026-1"', f'"{name}"'.encode()).replace(
        b"valid_from = 2026-01-01", f"valid_from = {first}".encode()
    )


CLOSED = SHIPPED.replace(
    b"valid_from = 2026-01-01", b"valid_from = 2026-01-01\nvalid_to = 2026-12-31"
)
NEW = {"2.000815@2026-2.toml": version("2026-2")}


class World:
    def __init__(self, office) -> None:
        self.office = office
        self.catalogue = office.register._catalogue
        self.publisher = Publisher(NEW)

    def feed(self, portal=None, *more: Ed25519PrivateKey) -> CatalogueFeed:
        keys = [key.public_key() for key in (self.publisher.key, *more)]
        return CatalogueFeed(
            "/catalogue", keys, portal or self.publisher, self.office.database, self.catalogue
        )

    def look(self, portal=None) -> int:
        return self.feed(portal).look(Cancel())

    @property
    def stands(self) -> feeds.Standing:
        return feeds.load(self.office.database.read(), catalogue_feed.SOURCE)

    def after_a_start(self) -> Catalogue:
        return release.load(self.office.database.read())


@pytest.fixture
def world(tmp_path):
    office = open_office(tmp_path)
    yield World(office)
    office.close()


def names(catalogue: Catalogue, day: date = LATER) -> list[str]:
    return [one.version for one in catalogue.home(day)]


def test_a_release_is_offered_at_once_and_after_a_start(world):
    assert world.look() == 1
    assert names(world.catalogue) == names(world.after_a_start()) == ["2026-2"]
    assert names(world.catalogue, DAY) == []
    used = release.latest(world.office.database.read())
    assert (used.serial, used.made_at.isoformat()) == (1, "2026-11-24T01:00:00+00:00")
    assert world.stands.cursor == 1


def test_nothing_new_is_one_short_answer(world):
    world.look()
    asked = len(world.publisher.asked)
    assert world.look() == 0
    assert world.publisher.asked[asked:] == ["/catalogue"]
    assert world.publisher.headers[-1]["If-None-Match"] == world.stands.tag


def test_the_age_counts_from_the_last_word_of_the_publisher(world):
    world.look()
    began = world.stands
    world.office.clock.pass_(3600)
    world.look()
    assert world.stands.answered_at > began.answered_at
    assert world.stands.changed_at == began.changed_at


def test_only_files_that_are_not_here_are_fetched(world):
    world.look()
    world.publisher.files["2.000815@2026-3.toml"] = version("2026-3", "2028-01-01")
    world.publisher.serial = 2
    world.publisher.asked.clear()
    overlap = world.feed()
    with pytest.raises(Fault, match="CATALOGUE_UNFIT"):  # the open end of 2026-2 meets 2026-3
        overlap.look(Cancel())
    assert sum("/files/" in path for path in world.publisher.asked) == 1
    assert names(world.catalogue) == ["2026-2"]


@pytest.mark.parametrize("change", ["unsigned", "other key", "other text"])
def test_without_a_right_signature_the_last_good_one_stays(world, change):
    world.look()
    before = world.stands
    world.publisher.serial = 2
    feed = world.feed()
    if change == "unsigned":
        world.publisher.unsigned = True
    elif change == "other key":
        world.publisher.key = Ed25519PrivateKey.generate()
    else:
        text, signed = world.publisher.manifest(), world.publisher.key.sign(b"something else")
        said = {"manifest": text, "signature": b64encode(signed).decode()}
        feed = world.feed(SayingPortal(reply(said, etag='"x"')))
    with pytest.raises(Fault, match="CATALOGUE_SIGNATURE"):
        feed.look(Cancel())
    assert names(world.catalogue) == names(world.after_a_start()) == ["2026-2"]
    assert world.stands == before


def test_a_signature_of_the_bare_text_is_none(world):
    """What was signed for something else doesn't sign a catalogue."""
    text = world.publisher.manifest()
    signature = b64encode(world.publisher.key.sign(text.encode())).decode()
    with pytest.raises(Fault, match="CATALOGUE_SIGNATURE"):
        world.look(SayingPortal(reply({"manifest": text, "signature": signature})))


def test_a_second_key_may_sign(world):
    second = Ed25519PrivateKey.generate()
    feed = world.feed(None, second)
    world.publisher.key = second
    assert feed.look(Cancel()) == 1


def test_an_old_release_is_never_taken_again(world):
    world.publisher.serial = 5
    world.look()
    world.publisher.serial = 4
    world.publisher.files = {"2.000815@2026-9.toml": version("2026-9")}
    with pytest.raises(Fault, match="CATALOGUE_OLDER"):
        world.look()
    world.publisher.serial = 5
    with pytest.raises(Fault, match="CATALOGUE_OLDER"):
        world.look()
    assert names(world.catalogue) == ["2026-2"]


def test_a_version_keeps_its_content_for_ever(world):
    world.publisher.files = {"2.000815.toml": SHIPPED.replace(b"minutes = 5", b"minutes = 6")}
    with pytest.raises(Fault, match="published with other content"):
        world.look()
    assert names(world.catalogue, DAY) == ["2026-1"]
    world.publisher.files = {"2.000815.toml": b"# another remark\n" + SHIPPED}
    assert world.look() == 1


def test_a_draft_keeps_the_version_it_was_begun_under(world):
    draft = a_submission()
    world.publisher.files = {"2.000815@2026-2.toml": version("2026-2", "2026-06-01")}
    world.look()
    assert names(world.catalogue, DAY) == ["2026-2"]
    assert world.office.register.hand_in(draft).dossier.version == "2026-1"
    assert world.after_a_start().version("2.000815", "2026-1") is not None


def test_a_draft_of_a_procedure_that_is_gone(world):
    draft = a_submission()
    world.publisher.files = {"1.000001.toml": SHIPPED.replace(b'"2.000815"', b'"1.000001"')}
    world.look()
    assert [one.code for one in world.catalogue.home(DAY)] == ["1.000001"]
    assert world.office.register.hand_in(draft).dossier.procedure == "2.000815"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b" ", id="empty"),
        pytest.param(b"\xff", id="not-utf8"),
        pytest.param(b"x = [" + b"[" * 5000, id="deep"),
        pytest.param(SHIPPED.replace(b'kind = "phi"', b'kind = "x"'), id="mistake"),
        pytest.param(SHIPPED.replace(b'type = "object"', b'type = "thing"', 1), id="schema"),
        pytest.param(
            SHIPPED.replace(b'required = ["paper", "form", "copies"]', b"required = [[]]"), id="odd"
        ),
        pytest.param(b"new = 1\n" + SHIPPED, id="unknown-key"),
    ],
)
def test_one_bad_file_and_none_is_taken(world, content):
    world.publisher.files |= {"bad.toml": content}
    with pytest.raises(Fault, match="CATALOGUE_UNFIT"):
        world.look()
    assert names(world.catalogue, DAY) == names(world.after_a_start(), DAY) == ["2026-1"]
    assert world.office.database.read().number("SELECT count(*) FROM catalogue_file") == 0


@pytest.mark.parametrize(
    "answer",
    [
        UnknownOutcome("cut"),
        reply(b"<html>", kind="text/html"),
        reply(b"", 503),
        reply(version("2026-9"), kind="application/toml"),
    ],
)
def test_an_interruption_leaves_the_last_good_one_and_the_next_look_ends_it(world, answer):
    world.look()
    world.publisher.serial = 2
    world.publisher.files = {
        "a.toml": version("2026-4", "2027-02-01").replace(b'"2.000815"', b'"1.000001"'),
        "b.toml": version("2026-5", "2027-02-01"),
    }
    last = list(world.publisher.files.values())[-1]
    broken = catalogue_feed.hashlib.sha256(last).hexdigest()
    world.publisher.broken = {broken: answer}
    with pytest.raises(Failed):
        world.look()
    assert names(world.catalogue) == names(world.after_a_start()) == ["2026-2"]
    world.publisher.broken = {}
    assert world.look() == 2
    assert names(world.catalogue) == names(world.after_a_start()) == ["2026-4", "2026-5"]


def test_a_disk_that_fails_changes_nothing(world, monkeypatch):
    def full(*_what, **_names):
        raise Fault("DISK_FULL")

    with monkeypatch.context() as patched:
        patched.setattr(feeds, "advance", full)
        with pytest.raises(Fault, match="DISK_FULL"):
            world.look()
    assert names(world.catalogue, DAY) == names(world.after_a_start(), DAY) == ["2026-1"]
    assert world.look() == 1


def test_a_cancelled_look_takes_nothing(world):
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        world.feed().look(cancel)
    assert names(world.catalogue, DAY) == ["2026-1"]


def test_not_modified_for_somebody_who_has_nothing(world):
    world.publisher.storm = True
    with pytest.raises(Failed) as failed:
        world.look()
    assert isinstance(failed.value.outcome, NotThePortal)


@pytest.mark.parametrize(
    "changes",
    [
        {"serial": 0},
        {"serial": True},
        {"serial": "1"},
        {"serial": 2**60},
        {"made_at": "yesterday"},
        {"made_at": "2026-11-24T01:00:00"},
        {"made_at": 7},
        {"files": []},
        {"files": 7},
        {"files": [7]},
        {"files": [{"name": "a.toml"}]},
        {"files": [{"name": "../a.toml", "sha256": "0" * 64, "size": 1}]},
        {"files": [{"name": "a.toml", "sha256": "0/" * 32, "size": 1}]},
        {"files": [{"name": "a.toml", "sha256": "0" * 64, "size": 2**40}]},
        {"files": [{"name": "a.toml", "sha256": "0" * 64, "size": 1}] * 2},
        {"files": [{"name": "a.toml", "sha256": "0" * 64, "size": 1}] * 9000},
        {"files": [{"name": f"a{n}.toml", "sha256": "0" * 64, "size": 262144} for n in range(300)]},
    ],
)
def test_a_signed_manifest_with_nonsense(world, changes):
    world.publisher.changes = changes
    with pytest.raises(Fault, match="CATALOGUE_UNFIT"):
        world.look()
    assert world.stands.cursor == 0
    assert not any("/files/" in path for path in world.publisher.asked)


@pytest.mark.parametrize(
    "said",
    [{"manifest": 7}, {}, [], {"manifest": "\ud800", "signature": "AAAA"}],
)
def test_an_answer_of_another_form(world, said):
    with pytest.raises(Fault, match=r"FEED_UNFIT|CATALOGUE_SIGNATURE"):
        world.look(SayingPortal(reply(said)))


def test_an_etag_that_is_none_is_not_sent_back(world):
    text = world.publisher.manifest()
    signed = b64encode(world.publisher.key.sign(catalogue_feed.DOMAIN + text.encode())).decode()
    said = reply({"manifest": text, "signature": signed}, etag='"a"\r\nX: y')
    portal = SayingPortal(said, reply(NEW["2.000815@2026-2.toml"]), said)
    feed = world.feed(portal)
    feed.look(Cancel())
    feed.look(Cancel())
    assert "If-None-Match" not in portal.headers[-1]


def test_kept_files_that_this_program_cant_read_leave_the_shipped_ones(world, caplog):
    world.look()
    with world.office.database.transaction() as tx:
        tx.execute("UPDATE catalogue_file SET content = ?", (b"not = [",))
    assert names(world.after_a_start(), DAY) == ["2026-1"]
    assert "kept procedure not used" in caplog.text


def test_keys_are_32_bytes():
    key = Ed25519PrivateKey.generate().public_key()
    assert public_key(b64encode(key.public_bytes_raw()).decode()) == key
    for text in ("", "AAAA", "*" * 44):
        with pytest.raises(ValueError, match="32 bytes"):
            public_key(text)


def test_versions_side_by_side(world):
    shipped = load_catalogue()
    world.publisher.files = {"a.toml": CLOSED.replace(b'"2026-1"', b'"2026-0"'), **NEW}
    assert world.look() == 2
    assert names(world.catalogue, DAY) == ["2026-0"]
    assert names(world.catalogue) == ["2026-2"]
    assert shipped.version("2.000815", "2026-1") == world.catalogue.version("2.000815", "2026-1")


def test_a_station_that_takes_no_releases_any_more_offers_what_ships(world):
    world.look()
    catalogue = release.load(world.office.database.read(), fed=False)
    assert names(catalogue) == ["2026-1"]
    assert catalogue.version("2.000815", "2026-2") is not None


def test_the_log_names_every_mistake_of_a_release(world, caplog):
    wrong = SHIPPED.replace(b'kind = "phi"', b'kind = "x"').replace(b"first = 1,", b"first = 2,")
    world.publisher.files = {"wrong.toml": wrong}
    with pytest.raises(Fault) as fault:
        world.look()
    assert len(fault.value.detail) <= 150
    assert "wrong.toml: fees[1]: kind: must be phi or le_phi" in caplog.text
    assert "wrong.toml: fees[1]: tiers: must begin at page 1" in caplog.text
