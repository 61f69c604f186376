"""The pages over real HTTP: masked, escaped, bilingual, without scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
import requests

from sync.portal.adapter import AdapterDriver
from sync.portal.driver import Accepted
from sync.sandbox.states import NAMES, State
from tests.fakes.portal_items import dossier, item

pytestmark = pytest.mark.real
_VOID = {"meta", "link", "input", "br"}


class Strict(HTMLParser):
    """Fails at tags that don't close in order; collects what pages must have or must not have."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.inputs: set[str] = set()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert len(found) == len(attrs), f"an attribute twice: {attrs}"
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "label":
            self.labels.add(str(found["for"]))
        if tag == "input" and found.get("type") != "hidden":
            self.inputs.add(str(found["id"]))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def look(url: str, status: int = 200) -> Strict:
    reply = requests.get(url, timeout=10)
    assert reply.status_code == status, reply.text
    return checked(reply)


def checked(reply: requests.Response) -> Strict:
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    page = Strict(reply.text)
    assert len(set(page.ids)) == len(page.ids)
    assert page.inputs <= page.labels  # each field has its label
    names = [tag for tag, _ in page.tags]
    assert not {"script", "style", "img", "iframe"} & set(names)
    assert names.count("h1") == 1
    assert dict(page.tags)["html"]["lang"] in ("vi", "en")
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            address = attributes.get(name) or "/"
            assert re.match(r"/(?!/)|#|data:,$", address), (tag, address)
    return page


@pytest.fixture
def code() -> str:
    return f"H29.18-261123-{uuid4().int % 10**7:07d}"


@pytest.fixture
def sent(driver: AdapterDriver, code: str) -> str:
    for kind in ("submit", "progress"):
        assert isinstance(driver.send(item(code, kind)), Accepted)
    return code


def move(sandbox: Any, code: str, state: State, words: str = "") -> requests.Response:
    body = {"code": code, "state": int(state), "words": words}
    return requests.post(f"{sandbox.url}/sandbox/moves", json=body, timeout=10)


def follow(sandbox: Any, code: str, language: str = "vi", status: int = 200) -> Strict:
    return look(f"{sandbox.url}/theo-doi?ma={code}&lang={language}", status)


def test_a_person_follows_a_dossier(sandbox: Any, sent: str) -> None:
    page = follow(sandbox, sent)
    person = dossier(sent).person
    for hidden in (person.full_name, person.number, person.number[-6:]):
        assert hidden not in page.text
    for shown in (sent, "NGUYỄN V** M**", "Được tiếp nhận", "08:32, 23/11/2026", "Đã xử lý xong"):
        assert shown in page.text
    current = [found for tag, found in page.tags if found.get("aria-current") == "step"]
    assert [one["class"] for one in current] == ["now"]
    assert page.text.count(NAMES[State.RECEIVED].vi) == 2  # as the state, and as one step


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower(), "{0[0]} {0[1]}"])
def test_codes_as_people_type_them(sandbox: Any, sent: str, typed: str) -> None:
    halves = (sent[:8].lower(), sent[8:])
    text = typed.format(halves) if "[" in typed else typed.format(sent)
    assert sent in follow(sandbox, text).text


def test_in_english(sandbox: Any, sent: str) -> None:
    page = follow(sandbox, sent, "en")
    assert "Received" in page.text
    assert "NGUYỄN V** M**" in page.text
    assert dict(page.tags)["html"]["lang"] == "en"
    assert [one["href"] for tag, one in page.tags if one.get("hreflang")] == [
        f"/theo-doi?ma={sent}&lang=vi"
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("typed", "vi", "en"),
    [
        ("H29.18-991231-9999", "Chưa tìm thấy hồ sơ", "No dossier was found"),
        ("hello", "Mã chưa đúng dạng", "the form of a code"),
        ("<script>alert(1)</script>", "Mã chưa đúng dạng", "the form of a code"),
        ('"><b onclick=x>', "Mã chưa đúng dạng", "the form of a code"),
        ("%00%ff%ed%a0%80", "Mã chưa đúng dạng", "the form of a code"),
    ],
)
def test_wrong_codes_get_a_gentle_answer(
    sandbox: Any, typed: str, vi: str, en: str, language: str
) -> None:
    page = follow(sandbox, typed, language, 404)
    assert (en if language == "en" else vi) in page.text
    assert "Traceback" not in page.text


def test_the_reason_is_shown_and_escaped(sandbox: Any, sent: str) -> None:
    words = "Thiếu <b>bản chính</b> & \"sổ\" 'gốc'"
    assert move(sandbox, sent, State.SUPPLEMENT, words).status_code == 201
    page = follow(sandbox, sent)
    assert page.text.count(words) == 2  # above, and at its step
    assert "Việc Quý vị cần làm" in page.text
    assert "b" not in [tag for tag, found in page.tags if found.get("class") == "words"]


@pytest.mark.parametrize(
    ("ways", "last"),
    [
        ([(State.PROCESSING, ""), (State.READY, "quầy 3"), (State.HANDED_OVER, "")], "past"),
        ([(State.NOT_RECEIVED, "không đúng thẩm quyền")], "stopped"),
        ([(State.SUPPLEMENT, "thiếu"), (State.PROCESSING, "đã đủ")], "now"),
        ([(State.SUPPLEMENT, "thiếu")], "waiting"),
    ],
)
def test_states_as_a_line(
    sandbox: Any, sent: str, ways: list[tuple[State, str]], last: str
) -> None:
    for state, words in ways:
        assert move(sandbox, sent, state, words).status_code == 201
    page = follow(sandbox, sent)
    current = [found for _, found in page.tags if found.get("aria-current") == "step"]
    assert [one["class"] for one in current] == [last]
    for state, words in ways:
        assert NAMES[state].vi in page.text
        assert words in page.text
    assert ("Chưa đến bước này" in page.text) == (
        ways[-1][0] in (State.PROCESSING, State.SUPPLEMENT)
    )


@pytest.mark.parametrize("when", ["00000101000000", "00010101000000", "99991231235959"])
def test_times_that_nobody_means(driver: AdapterDriver, sandbox: Any, code: str, when: str) -> None:
    driver.send(item(code))
    step = item(code, "progress")
    body = step.body.replace(b'"20261123083200"', f'"{when}"'.encode())
    assert body != step.body
    driver.send(replace(step, body=body))
    follow(sandbox, code)
    Desk(sandbox, code)
    assert move(sandbox, code, State.READY).status_code == 201
    assert "Đã xử lý xong" in follow(sandbox, code).text


class Desk:
    def __init__(self, sandbox: Any, code: str) -> None:
        self.url = f"{sandbox.url}/can-bo/ho-so/{code}"
        self.page = look(self.url)
        hidden = [found for tag, found in self.page.tags if found.get("type") == "hidden"]
        self.token = str(next(one["value"] for one in hidden if one["name"] == "token"))

    def press(self, state: State, seen: State, words: str = "", **more: str) -> requests.Response:
        fields = {"token": self.token, "state": str(int(state)), "seen": str(int(seen))}
        return requests.post(self.url, fields | {"words": words} | more, timeout=10)


def test_an_officer_moves_a_dossier(sandbox: Any, sent: str) -> None:
    assert sent in look(f"{sandbox.url}/can-bo").text
    desk = Desk(sandbox, sent)
    assert "NGUYỄN V** M**" in desk.page.text
    after = desk.press(State.SUPPLEMENT, State.RECEIVED, "Thiếu bản chính")
    assert (after.status_code, after.history[0].status_code) == (200, 303)
    assert "Yêu cầu bổ sung giấy tờ" in checked(after).text
    assert sandbox.dossiers()[sent]["state"] == "5"
    events = requests.get(f"{sandbox.url}/sandbox/history/{sent}", timeout=10).json()["events"]
    assert [(one["state"], one["by"]) for one in events][-1] == (5, "officer")


def test_what_an_officer_may_not_do(sandbox: Any, sent: str) -> None:
    desk = Desk(sandbox, sent)
    assert desk.press(State.HANDED_OVER, State.RECEIVED).status_code == 409
    assert desk.press(State.NOT_RECEIVED, State.RECEIVED).status_code == 422
    assert desk.press(State.PROCESSING, State.FILED).status_code == 409
    assert desk.press(State.PROCESSING, State.RECEIVED, token="old").status_code == 403
    assert desk.press(State.PROCESSING, State.RECEIVED, "x" * 501).status_code == 422
    for state in ("", "99", "x", "\x00"):
        fields = {"token": desk.token, "state": state, "seen": "2", "words": ""}
        assert requests.post(desk.url, fields, timeout=10).status_code == 422
    assert requests.post(desk.url, b"\xff%=&&&=%00", timeout=10).status_code == 403
    assert requests.post(desk.url, b"a=1&" * 1000, timeout=10).status_code == 403
    assert sandbox.dossiers()[sent]["state"] == "2"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_the_desk_is_for_loopback_only(sandbox: Any, sent: str, host: str) -> None:
    for path in ("/can-bo", f"/can-bo/ho-so/{sent}"):
        reply = requests.get(f"{sandbox.url}{path}", headers={"Host": host}, timeout=10)
        assert reply.status_code == 404


def test_the_desk_finds_a_code(sandbox: Any, sent: str) -> None:
    assert sent in look(f"{sandbox.url}/can-bo?ma={sent.lower()}").text
    look(f"{sandbox.url}/can-bo?ma=nobody", 404)
    odd = requests.get(f"{sandbox.url}/can-bo?ma=a%2Fb%0d%0aSet-Cookie:x", timeout=10)
    assert odd.status_code == 404
    assert "Set-Cookie" not in odd.history[0].headers


def test_the_style_sheet_is_ours(sandbox: Any) -> None:
    reply = requests.get(f"{sandbox.url}/theo-doi/style.css", timeout=10)
    assert reply.headers["Content-Type"].startswith("text/css")
    assert "url(" not in reply.text
    assert "@import" not in reply.text


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1])
def test_the_contrast_of_each_pair(sandbox: Any, theme: int) -> None:
    sheet = requests.get(f"{sandbox.url}/theo-doi/style.css", timeout=10).text
    block = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[theme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    texts = [(ink, on) for ink in ("ink", "quiet", "main") for on in ("ground", "card")]
    texts += [("on-main", "main"), ("wait", "wait-ground"), ("ink", "wait-ground")]
    texts += [("ink", "bad-ground"), ("card", "done"), ("card", "bad"), ("card", "wait")]
    for pairs, least in ((texts, 4.5), ([("line", "card"), ("line", "ground")], 3.0)):
        for one, other in pairs:
            light, dark = sorted(
                (_luminance(colours[one]), _luminance(colours[other])), reverse=True
            )
            assert (light + 0.05) / (dark + 0.05) >= least, (one, other)
