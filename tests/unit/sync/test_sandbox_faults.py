"""The header ``X-Fault`` and the switches give one plan."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from sync.sandbox.faults import NAMES, Faults, FaultSettings, Plan, UnknownFault
from sync.sandbox.layer import Layer, Message, Receive, Scope, Send


def test_nothing_is_planned_by_itself() -> None:
    assert Faults().plan() == Plan()


def test_faults_change_one_by_one() -> None:
    faults = Faults()
    faults.change(FaultSettings(latency_ms=5))
    assert faults.change(FaultSettings(unavailable=1)).latency_ms == 5
    assert faults.plan() == Plan(latency_s=0.005, unavailable=True)


@pytest.mark.parametrize(
    ("header", "plan"),
    [
        ("drop", Plan(drop_first=True)),
        ("503", Plan(unavailable=True)),
        ("html", Plan(html=True)),
        ("duplicate, truncate", Plan(duplicate=True, truncate=True)),
        ("latency", Plan(latency_s=1)),
        ("latency;ms=250", Plan(latency_s=0.25)),
        ("slowloris;ms=0", Plan(trickle_s=0)),
        ("skew;s=-3600", Plan(skew_s=-3600)),
    ],
)
def test_the_header_asks_for_one_request(header: str, plan: Plan) -> None:
    assert Faults().plan(header) == plan


@pytest.mark.parametrize(
    "header",
    [
        *("nothing", "drop;ms=1", "latency;s=1", "latency;ms=", "latency;ms=-1"),
        *("latency;ms=9999999", "skew;s=1e3", "skew;s=" + "9" * 5000, "skew;s=²", "latency;ms=٣"),
    ],
)
def test_other_headers_are_refused(header: str) -> None:
    with pytest.raises(UnknownFault):
        Faults().plan(header)


@given(st.text(max_size=60) | st.sampled_from(NAMES).flatmap(lambda n: st.text().map(n.__add__)))
def test_no_header_is_fatal(header: str) -> None:
    with suppress(UnknownFault):
        assert isinstance(Faults().plan(header), Plan)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("unavailable", "unavailable"),
        ("drop_after_commit", "drop"),
        ("html_200", "html"),
        ("duplicate", "duplicate"),
        ("truncate", "truncate"),
    ],
)
def test_dice_follow_the_probability(name: str, field: str) -> None:
    faults = Faults(Random(1))
    faults.change(FaultSettings.model_validate({name: 0.25}))
    struck = sum(getattr(faults.plan(), field) for _ in range(4000))
    assert 800 < struck < 1200


@pytest.mark.parametrize("fault", ["", "drop", "truncate"])
def test_who_hangs_up_within_a_request_is_no_error_of_the_portal(fault: str) -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ClientDisconnect

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def never(_message: Message) -> None:
        pytest.fail("nobody is there to hear it")

    headers = [(b"x-fault", fault.encode())] if fault else []
    scope = {"type": "http", "path": "/mapi/g", "method": "POST", "headers": headers}
    asyncio.run(Layer(app, Faults())(scope, gone, never))
