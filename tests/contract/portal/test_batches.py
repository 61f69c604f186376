"""Several items in one request: each has its own key, its own result and nobody else's trouble."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from sync.portal.adapter import AdapterDriver
from sync.portal.driver import (
    Accepted,
    Busy,
    NotThePortal,
    Outcome,
    Poison,
    Refused,
    TooEarly,
    UnknownOutcome,
)
from tests.contract.portal.conftest import portal
from tests.fakes.portal_items import item
from tests.fakes.stub_portal import Said, StubPortal, said

pytestmark = pytest.mark.real


@pytest.fixture
def many(drivers: Any) -> AdapterDriver:
    made: AdapterDriver = drivers(batch=10)
    return made


@pytest.fixture
def codes() -> list[str]:
    first = uuid4().int % 10**6
    return [f"H29.18-261123-{first:06d}{number}" for number in range(10)]


def test_ten_in_one_request(many: AdapterDriver, sandbox: Any, codes: list[str]) -> None:
    items = [item(one) for one in codes]
    outcomes = many.send_all(items)
    assert all(isinstance(one, Accepted) for one in outcomes)
    assert len(outcomes) == 10
    for sent, outcome in zip(items, outcomes, strict=True):
        assert isinstance(outcome, Accepted)
        [row] = json.loads(outcome.receipt)["result"]
        assert (row["idempotency_key"], row["MaHoSo"]) == (sent.key, sent.dossier_code)
    stored = sandbox.dossiers()
    assert [stored[one]["stored"] for one in codes] == [1] * 10


def test_again_is_a_replay(many: AdapterDriver, sandbox: Any, codes: list[str]) -> None:
    items = [item(one) for one in codes]
    sandbox.faults(drop_after_commit=1)
    outcomes = many.send_all(items)
    assert [type(one) for one in outcomes] == [UnknownOutcome] * 10
    assert len({id(one) for one in outcomes}) == 1, "one request, one outcome"
    sandbox.faults(drop_after_commit=0)
    assert all(isinstance(one, Accepted) for one in many.send_all(items))
    stored = sandbox.dossiers()
    assert all((stored[one]["stored"], stored[one]["times_received"]) == (1, 2) for one in codes)


def test_each_has_its_own_result(many: AdapterDriver, sandbox: Any, codes: list[str]) -> None:
    assert isinstance(many.send(item(codes[2])), Accepted)
    assert isinstance(many.send(item(codes[3], key="another")), Accepted)
    items = [item(one) for one in codes]
    items[1] = item(codes[1], body=b'{"MaHoSo":"x"}')
    items[2] = item(codes[2], body=item(codes[2]).body.replace(b"T", b"t"))
    outcomes = many.send_all(items)
    expected = [Accepted, Refused, Poison, Refused] + [Accepted] * 6
    assert [type(one) for one in outcomes] == expected
    assert outcomes[3] == Refused("CODE_TAKEN", "", 200)


def test_steps_and_dossiers_are_two_requests(many: AdapterDriver, codes: list[str]) -> None:
    known, unknown = codes[:2], codes[2]
    outcomes = many.send_all([item(one) for one in known])
    steps = [item(one, "progress") for one in [*known, unknown]]
    outcomes = many.send_all([item(codes[3]), *steps, item(codes[4])])
    expected = [Accepted, Accepted, Accepted, TooEarly, Accepted]
    assert [type(one) for one in outcomes] == expected


def test_a_busy_portal_leaves_the_rest_untried(
    many: AdapterDriver, sandbox: Any, codes: list[str]
) -> None:
    sandbox.faults(unavailable=1)
    assert isinstance(many.send(item(codes[0])), Busy)
    items = [item(one) for one in codes[:3]] + [item(one, "progress") for one in codes[3:]]
    outcomes = many.send_all(items)
    assert len(outcomes) == 3
    assert isinstance(outcomes[0], Busy)


def stubbed(answer: Callable[[dict[str, Any], bytes], Said], count: int) -> tuple[Any, StubPortal]:
    with StubPortal(answer) as stub:
        driver = AdapterDriver(portal(stub.url, batch=10), "H29.18")
        outcomes: list[Outcome] = driver.send_all([item(f"D-{n}") for n in range(count)])
        driver.close()
    return outcomes, stub


def echo(request: dict[str, Any]) -> Said:
    from hashlib import sha256

    keys = request.get("keys") or [f"key-{one['MaHoSo']}-submit" for one in request["data"]]
    texts = {key: item(one["MaHoSo"]).body for key, one in zip(keys, request["data"], strict=True)}
    rows = [
        {
            "MaHoSo": json.loads(body)["MaHoSo"],
            "idempotency_key": key,
            "sha256": sha256(body).hexdigest(),
            "error_code": "0",
        }
        for key, body in texts.items()
    ]
    return said({"error_code": "0", "result": rows})


def test_too_large_a_batch_is_halved() -> None:
    def answer(request: dict[str, Any], _: bytes) -> Said:
        return said({}, status=413) if len(request["data"]) > 3 else echo(request)

    outcomes, stub = stubbed(answer, 10)
    assert [type(one) for one in outcomes] == [Accepted] * 10
    assert [len(one["data"]) for one in stub.pushes] == [10, 5, 2, 3, 5, 2, 3]
    outcomes, stub = stubbed(lambda *_: said({}, status=413), 2)
    assert outcomes == [Refused("413", "", 413)] * 2


def test_a_portal_that_takes_no_batches() -> None:
    def answer(request: dict[str, Any], _: bytes) -> Said:
        return said({"error_code": 400}) if "keys" in request else echo(request)

    outcomes, stub = stubbed(answer, 3)
    assert [type(one) for one in outcomes] == [Accepted] * 3
    assert len(stub.pushes) == 4


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"idempotency_key": "x"}, {"MaHoSo": 1}])
def test_a_row_that_doesn_t_echo_is_no_receipt(change: dict[str, object]) -> None:
    def answer(request: dict[str, Any], _: bytes) -> Said:
        rows = json.loads(echo(request).body)["result"]
        return said({"error_code": 0, "result": [{**row, **change} for row in rows]})

    outcomes, stub = stubbed(answer, 3)
    assert [type(one) for one in outcomes] == [NotThePortal, UnknownOutcome, UnknownOutcome]
    assert len(stub.pushes) == 2, "the first went alone; the others were pushed, too"


@pytest.mark.parametrize(
    "row", [{"errorCode": 5, "error_code": None}, {"error_code": None}, {"error_code": False}]
)
def test_a_row_that_echoes_but_is_no_success(row: dict[str, object]) -> None:
    def answer(request: dict[str, Any], _: bytes) -> Said:
        if "keys" not in request:
            return said({"error_code": 5, "message": "không hợp lệ"})
        rows = json.loads(echo(request).body)["result"]
        rows = [{k: v for k, v in {**one, **row}.items() if v is not None} for one in rows]
        return said({"error_code": 0, "result": rows})

    outcomes, _ = stubbed(answer, 3)
    assert [type(one) for one in outcomes] == [Refused] * 3


def test_two_rows_for_one_key_are_none() -> None:
    def answer(request: dict[str, Any], _: bytes) -> Said:
        rows = json.loads(echo(request).body)["result"]
        more = [{**rows[0], "error_code": 5}] if "keys" in request else []
        return said({"error_code": 0, "result": [*more, *rows]})

    outcomes, stub = stubbed(answer, 2)
    assert len(stub.pushes) == 2, "the first went alone"
    assert [type(one) for one in outcomes] == [Accepted, Accepted]


@pytest.mark.parametrize("status", [400, 406, 422, 403])
def test_a_refusal_of_the_request_is_about_one_of_them(status: int) -> None:
    def answer(request: dict[str, Any], _: bytes) -> Said:
        if any(one["MaHoSo"] == "D-2" for one in request["data"]):
            return said({}, status=status)
        return echo(request)

    outcomes, _ = stubbed(answer, 5)
    told = [type(one).__name__ for one in outcomes]
    if status == 403:
        assert told == ["Accepted", "Accepted", "AuthenticationFailed"]
    else:
        assert told == ["Accepted", "Accepted", "Refused", "Accepted", "Accepted"]
