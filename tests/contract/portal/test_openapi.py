"""The committed contract is the served one, and nothing that is sent makes the sandbox fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sync.sandbox.contract import FILE, written
from sync.sandbox.process import SandboxProcess
from tests.fakes.openapi_cases import HOSTILE_BODIES, HOSTILE_TEXTS, bodies, fitting

pytestmark = pytest.mark.real
CONTRACT: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
DSTCODE = "VN:GOV:SANDBOX:dvcqg"
SWITCHES = {("post", "/sandbox/faults"), ("post", "/sandbox/file-faults")}  # would hit what follows
OPERATIONS = [
    (method, path)
    for path, operations in sorted(CONTRACT["paths"].items())
    for method in sorted(operations)
    if (method, path) not in SWITCHES
]
KNOWN_CODE = "X00.00-260105-0001"
EXAMPLES = 50


class Fuzzed:
    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        login = {"username": "sandbox", "password": "sandbox"}
        reply = requests.post(
            f"{url}/mapi/login", json=login, headers={"dstcode": DSTCODE}, timeout=10
        )
        self.token = reply.json()["session"]

    def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> requests.Response:
        told = {name: value.encode("utf-8") for name, value in headers.items()}
        reply = self.session.request(
            method, f"{self.url}{path}", data=body, headers=told, timeout=30, allow_redirects=False
        )
        assert reply.status_code < 500, (method, path, body and body[:200], reply.text[:500])
        return reply


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    folder: Path = tmp_path_factory.mktemp("fuzzed")
    with SandboxProcess(folder, more=["--seed", "500"]) as process:
        made = Fuzzed(process.url)
        yield made
        made.session.close()
        assert requests.get(f"{process.url}/health", timeout=10).json() == {"ok": True}


def test_the_committed_contract_is_the_served_one(fuzzed: Fuzzed) -> None:
    served = requests.get(f"{fuzzed.url}/openapi.json", timeout=10).json()
    assert served["openapi"] == "3.1.0"
    assert written(served) == FILE.read_text("utf-8"), "run: python -m sync.sandbox.contract"


def test_each_operation_tells_its_answers_and_its_problems() -> None:
    for path, operations in CONTRACT["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert any(status.startswith("2") for status in answers), (method, path)
            problems = [
                answers[status]["content"] for status in ("400", "404", "413", "422", "503")
            ]
            assert all(list(one) == ["application/problem+json"] for one in problems), path
            assert operation.get("summary"), (method, path)


def test_every_reference_leads_somewhere() -> None:
    for _, name in _references(CONTRACT):
        assert name.startswith("#/components/")
        kind, _, key = name.removeprefix("#/components/").partition("/")
        assert key in CONTRACT["components"][kind]


def _references(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield "$ref", value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _references(one)


def _body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    found: dict[str, Any] = content.get("application/json", {}).get("schema", {"type": "object"})
    return found


def _place(data: st.DataObject, path: str, operation: dict[str, Any]) -> str:
    """The path and query, each part fitting or hostile."""
    query = []
    for parameter in operation.get("parameters", ()):
        where = parameter.get("in")
        if where not in ("path", "query"):
            continue
        fit = fitting(parameter["schema"], CONTRACT).map(str)
        known = st.just(KNOWN_CODE)
        value = data.draw(st.one_of(fit, known, st.sampled_from(HOSTILE_TEXTS)), parameter["name"])
        text = quote(value.encode("utf-8", "replace"), safe="")
        if where == "path":
            path = path.replace(f"{{{parameter['name']}}}", text)
        elif data.draw(st.booleans()):
            query.append(f"{parameter['name']}={text}")
    return f"{path}?{'&'.join(query)}" if query else path


def _headers(data: st.DataObject, fuzzed: Fuzzed) -> dict[str, str]:
    headers = {"dstcode": DSTCODE, "Authorization": f"Bearer {fuzzed.token}"}
    headers["Tus-Resumable"] = "1.0.0"
    headers["Content-Type"] = data.draw(
        st.sampled_from(["application/json"] * 4 + ["text/plain", "application/json; charset=x"])
    )
    odd = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=300)
    for name in ("Idempotency-Key", "Content-Digest", "Upload-Length", "Upload-Metadata", "Range"):
        if data.draw(st.integers(0, 3)) == 0:
            headers[name] = data.draw(odd)
    return headers


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
@given(data=st.data())
def test_nothing_that_is_sent_makes_it_fail(
    fuzzed: Fuzzed, method: str, path: str, data: st.DataObject
) -> None:
    operation = CONTRACT["paths"][path][method]
    place = _place(data, path, operation)
    body = None
    if method in ("post", "patch", "put"):
        body = data.draw(bodies(_body_schema(operation), CONTRACT))
        if b'"session"' in body:  # most generated sessions are none; a true one leads further in
            body = _with_session(body, fuzzed.token)
    reply = fuzzed.send(method.upper(), place, _headers(data, fuzzed), body)
    _assert_told(operation, reply)


def _with_session(body: bytes, token: str) -> bytes:
    try:
        value = json.loads(body)
        value["session"] = token
        return json.dumps(value).encode()
    except (ValueError, TypeError, RecursionError):
        return body


def _assert_told(operation: dict[str, Any], reply: requests.Response) -> None:
    status = str(reply.status_code)
    assert status in operation["responses"], (status, reply.text[:300])
    kinds = operation["responses"][status].get("content", {})
    if not kinds or not reply.content:
        return
    kind = reply.headers["Content-Type"].partition(";")[0]
    assert kind in kinds, (status, kind)
    schema = kinds[kind].get("schema")
    if schema and kind.endswith("json"):
        root = {**schema, "components": CONTRACT["components"]}
        Draft202012Validator(root).validate(reply.json())


@pytest.mark.parametrize(("method", "path"), [one for one in OPERATIONS if one[0] == "post"])
def test_hostile_bodies_one_by_one(fuzzed: Fuzzed, method: str, path: str) -> None:
    headers = {"dstcode": DSTCODE, "Content-Type": "application/json"}
    headers["Authorization"] = f"Bearer {fuzzed.token}"
    for body in HOSTILE_BODIES:
        reply = fuzzed.send(method.upper(), path, headers, body)
        _assert_told(CONTRACT["paths"][path][method], reply)


@pytest.mark.parametrize("body", HOSTILE_BODIES)
@pytest.mark.parametrize(("method", "path"), sorted(SWITCHES))
def test_hostile_switches_change_nothing(
    fuzzed: Fuzzed, method: str, path: str, body: bytes
) -> None:
    before = fuzzed.session.get(f"{fuzzed.url}{path}", timeout=10).json()
    fuzzed.send(method.upper(), path, {"Content-Type": "application/json"}, body)
    assert fuzzed.session.get(f"{fuzzed.url}{path}", timeout=10).json() == before


def test_a_message_that_can_not_be_stored_is_refused_not_failed(fuzzed: Fuzzed) -> None:
    """Halves of surrogate pairs and NUL pass JSON, but no database and no UTF-8."""
    for text in ("\\ud800", "\\u0000", "\\udc00\\ud800"):
        for service in ("TraCuuHoSo", "DongBoHoSoMC", "CapNhatTienDoHoSoMC", text):
            body = (
                f'{{"session":"{fuzzed.token}","service":"{service}","mahoso":"{text}",'
                f'"data":[{{"MaHoSo":"{text}"}}]}}'
            ).encode()
            fuzzed.send("POST", "/mapi/g", {"dstcode": DSTCODE}, body)
