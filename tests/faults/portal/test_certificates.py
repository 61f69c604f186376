"""TLS with a private authority, both ways: each trouble has its own fault, and nothing is counted or sent."""

from __future__ import annotations

import os
import shutil
import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.clock import now
from kiosk.settings import SettingsError
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import Misconfigured, Outcome, TooEarly, Untrusted, fault_code
from sync.portal.session import PortalSession
from sync.portal.tls import judged
from tests.contract.portal.conftest import portal
from tests.fakes.portal_items import item
from tests.fakes.stub_portal import StubPortal, said
from tests.fakes.tls_authority import DAY, Authority, asking, served

pytestmark = pytest.mark.real

NOTHING = said({"error_code": 0, "result": []})
STEP = item(kind="progress")  # the lookup says "not known": one call tells that TLS stood
LOOKING = {"confirmation": "lookup"}
BOTH = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def ask(
    tls: ssl.SSLContext, authority: Authority, clock_off_s: float = 0, **settings: object
) -> tuple[Outcome, list[str]]:
    """The outcome of one attempt, and what the portal was asked."""
    with StubPortal(lambda *_: NOTHING, tls=tls) as stub:
        chosen = portal(stub.url, **{**LOOKING, "ca_file": str(authority.file), **settings})
        session = PortalSession(chosen, "H29.18")
        for _ in range(9 if clock_off_s else 0):
            date = (now() + timedelta(seconds=clock_off_s)).strftime("%a, %d %b %Y %H:%M:%S GMT")
            session.clock_offset.note(date, 0, now())
        driver = AdapterDriver(chosen, "H29.18", session)
        outcome = driver.send(STEP)
        driver.close()
    return outcome, stub.services


def refused(tls: ssl.SSLContext, authority: Authority, **settings: object) -> str:
    """The fault of an attempt that must not get through."""
    outcome, services = ask(tls, authority, **settings)
    assert isinstance(outcome, Untrusted)
    assert services == []
    return fault_code(outcome)


@BOTH
def test_one_that_holds(authority: Authority, version: ssl.TLSVersion) -> None:
    tls = authority.server()
    tls.maximum_version = version
    outcome, services = ask(tls, authority)
    assert isinstance(outcome, TooEarly)
    assert services == ["login", "TraCuuHoSo"]


def test_not_yet_valid_is_told_as_a_wrong_clock(authority: Authority) -> None:
    assert refused(authority.server(begin=DAY, end=2 * DAY), authority) == "PORTAL_CLOCK"


def test_expired_is_the_portal_s_fault_unless_our_clock_is_known_to_be_wrong(
    authority: Authority,
) -> None:
    old = authority.server(begin=-3 * DAY, end=-2 * DAY)
    assert refused(old, authority) == "PORTAL_CERTIFICATE_EXPIRED"
    old = authority.server(begin=-3 * DAY, end=-2 * DAY)
    assert refused(old, authority, clock_off_s=-3 * 86_400) == "PORTAL_CLOCK"


@pytest.mark.parametrize("name", ["127.0.0.9", "portal.test"])
def test_of_another_address(authority: Authority, name: str) -> None:
    assert refused(authority.server(name), authority) == "PORTAL_CERTIFICATE_HOST"


def test_of_another_authority(authority: Authority, stranger: Authority) -> None:
    assert refused(stranger.server(), authority) == "PORTAL_CERTIFICATE_UNKNOWN"


def test_of_an_authority_that_the_system_does_not_know(authority: Authority) -> None:
    """Without ``ca_file`` the system's store decides, not ours."""
    assert refused(authority.server(), authority, ca_file="") == "PORTAL_CERTIFICATE_UNKNOWN"


def test_the_system_s_store_is_believed(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))  # where OpenSSL has the system's
    outcome, _ = ask(authority.server(), authority, ca_file="")
    assert isinstance(outcome, TooEarly)


def test_ca_file_stands_alone(
    authority: Authority, stranger: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An authority of the system's store can't vouch for a portal with one of its own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger.file))
    assert refused(stranger.server(), authority) == "PORTAL_CERTIFICATE_UNKNOWN"


def test_vouched_for_by_nobody(authority: Authority, stranger: Authority) -> None:
    assert refused(served(stranger.itself()), authority) == "PORTAL_CERTIFICATE_SELF_SIGNED"


@BOTH
def test_ours_is_shown(authority: Authority, version: ssl.TLSVersion) -> None:
    tls = asking(authority.server(), authority)
    tls.maximum_version = version
    ours = str(authority.issue("station-1.test"))
    outcome, services = ask(tls, authority, client_certificate_file=ours)
    assert isinstance(outcome, TooEarly)
    assert services == ["login", "TraCuuHoSo"]


@BOTH
def test_ours_is_missing(authority: Authority, version: ssl.TLSVersion) -> None:
    """With TLS 1.3 our handshake is done before the server refuses: the first answer is the refusal."""
    tls = asking(authority.server(), authority)
    tls.maximum_version = version
    assert refused(tls, authority) == "PORTAL_OUR_CERTIFICATE_MISSING"


@BOTH
def test_ours_is_another_s(
    authority: Authority, stranger: Authority, version: ssl.TLSVersion
) -> None:
    tls = asking(authority.server(), authority)
    tls.maximum_version = version
    wrong = str(stranger.issue("station-1.test"))
    assert refused(tls, authority, client_certificate_file=wrong) == "PORTAL_OUR_CERTIFICATE"


@BOTH
def test_ours_has_expired(authority: Authority, version: ssl.TLSVersion) -> None:
    tls = asking(authority.server(), authority)
    tls.maximum_version = version
    old = str(authority.issue("station-1.test", -3 * DAY, -2 * DAY))
    fault = refused(tls, authority, client_certificate_file=old)
    assert fault == "PORTAL_OUR_CERTIFICATE_EXPIRED"


def test_a_renewed_one_is_taken_without_a_restart(authority: Authority, tmp_path: Path) -> None:
    ours = tmp_path / "ours.pem"
    shutil.copy(authority.issue("station-1.test", -3 * DAY, -2 * DAY), ours)
    with StubPortal(lambda *_: NOTHING, tls=asking(authority.server(), authority)) as stub:
        driver = AdapterDriver(
            portal(
                stub.url, **LOOKING, ca_file=str(authority.file), client_certificate_file=str(ours)
            ),
            "H29.18",
        )
        assert fault_code(driver.send(STEP)) == "PORTAL_OUR_CERTIFICATE_EXPIRED"
        new = tmp_path / "new.pem"
        shutil.copy(authority.issue("station-1.test"), new)
        new.replace(ours)
        assert isinstance(driver.send(STEP), TooEarly)
        driver.close()


def spoilt(authority: Authority, folder: Path, way: str) -> dict[str, str]:
    whole = authority.issue("station-1.test")
    text = whole.read_text()
    begin = text.index("-----BEGIN CERTIFICATE")
    certificate, key = folder / "ours.pem", folder / "ours.key"
    certificate.write_text(text[begin:])
    key.write_text(text[:begin])
    files = {"client_certificate_file": str(certificate), "client_key_file": str(key)}
    match way:
        case "no authorities":
            return {"ca_file": str(folder / "absent.pem")}
        case "authorities are none":
            certificate.write_bytes(os.urandom(300))
            return {"ca_file": str(certificate)}
        case "no certificate":
            certificate.unlink()
        case "certificate is a folder":
            certificate.unlink()
            certificate.mkdir()
        case "certificate is none":
            certificate.write_bytes(os.urandom(300))
        case "no key":
            key.unlink()
        case "key is none":
            key.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        case "key of another":
            other = authority.issue("station-2.test").read_text()
            key.write_text(other[: other.index("-----BEGIN CERTIFICATE")])
        case "key sealed with a password":
            key.write_text(SEALED)
        case "key beside nothing":
            return {"client_certificate_file": str(certificate)}
    return files


SEALED = """-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiYkK1nCJmKkAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEFuTAdnPYmAD3cFVxUqcYsQEgZDl
-----END ENCRYPTED PRIVATE KEY-----
"""


@pytest.mark.parametrize(
    ("way", "setting"),
    [
        ("no authorities", "ca_file"),
        ("authorities are none", "ca_file"),
        ("no certificate", "client_certificate_file"),
        ("certificate is a folder", "client_certificate_file"),
        ("certificate is none", "client_certificate_file"),
        ("no key", "client_key_file"),
        ("key is none", "client_key_file"),
        ("key of another", "client_key_file"),
        ("key sealed with a password", "client_key_file"),
        ("key beside nothing", "client_certificate_file"),
    ],
)
def test_a_file_that_can_not_be_used(
    authority: Authority, tmp_path: Path, way: str, setting: str
) -> None:
    outcome, services = ask(authority.server(), authority, **spoilt(authority, tmp_path, way))
    assert isinstance(outcome, Misconfigured)
    assert outcome.detail.startswith(f"{setting}: ")
    assert (fault_code(outcome), services) == ("PORTAL_TLS_FILES", [])


def test_a_key_without_its_certificate_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    with pytest.raises((ValueError, SettingsError), match="client_certificate_file"):
        portal("https://127.0.0.1", client_key_file=str(tmp_path / "ours.key"))


@pytest.mark.parametrize(
    "words",
    [
        "[SSL: SSLV3_ALERT_CERTIFICATE_REVOKED] sslv3 alert certificate revoked",
        "[SSL: SSLV3_ALERT_BAD_CERTIFICATE] ssl/tls alert bad certificate",
        "[SSL: TLSV1_ALERT_ACCESS_DENIED] tlsv1 alert access denied",
    ],
)
def test_other_refusals_of_ours_in_the_words_of_several_openssl(words: str) -> None:
    outcome = judged(words)
    assert outcome is not None
    assert fault_code(outcome) == "PORTAL_OUR_CERTIFICATE"


def test_words_about_something_else_say_nothing_of_a_certificate() -> None:
    assert judged("[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] decryption failed") is None
    assert judged("EOF occurred in violation of protocol") is None
    assert judged("[SSL: TLSV1_ALERT_INTERNAL_ERROR] tlsv1 alert internal error") is None


def test_answers_tell_how_far_the_clock_is_off() -> None:
    ahead = (now() + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    class Ahead(StubPortal):
        def _handler(self):
            made = super()._handler()
            made.date_time_string = lambda *_: ahead
            return made

    with Ahead(lambda *_: NOTHING) as stub:
        session = PortalSession(portal(stub.url, **LOOKING), "H29.18")
        driver = AdapterDriver(portal(stub.url, **LOOKING), "H29.18", session)
        assert isinstance(driver.send(STEP), TooEarly)
        assert session.clock_offset.seconds == pytest.approx(7200, abs=3)
        assert session.clock_offset.is_wrong
        stub.answer = lambda *_: said({}, status=200, content_type="text/html")
        before = session.clock_offset.seconds
        driver.send(STEP)
        assert session.clock_offset.seconds == before, "a login page's date counts for nothing"
        driver.close()
