"""What schemathesis has to be told about the sandbox beyond its contract."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import (
    Case,
    CheckContext,
    GenerationMode,
    HookContext,
    Response,
    SerializationContext,
)

schemathesis.openapi.format(
    "upload-metadata",
    st.binary(min_size=32, max_size=32).map(
        lambda hash_: f"sha256 {b64encode(hash_.hex().encode()).decode()}"
    ),
)


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Without the header that makes requests go wrong: other tests use that."""
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            told = operation.get("parameters", [])
            operation["parameters"] = [one for one in told if "$ref" not in one]


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: Any = None) -> None:
    """A true session leads further in than a made-up one."""
    body = case.body
    if isinstance(body, dict) and isinstance(body.get("session"), str) and body["session"]:
        body["session"] = os.environ["SANDBOX_SESSION"]


@schemathesis.serializer("application/offset+octet-stream")
def piece(context: SerializationContext, value: Any) -> Any:
    """A piece of a file goes as it is."""
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


_ENVELOPES = ("/mapi/", "/relay/", "/api/")


@schemathesis.check
def refused_in_the_envelope(context: CheckContext, response: Response, case: Case) -> bool | None:
    """The adapter API and relays refuse with 200 and an ``error_code``: a body that breaks the contract gets one."""
    meta = case.meta
    if meta is None or not case.path.startswith(_ENVELOPES) or response.status_code != 200:
        return None
    broken = [
        where for where, info in meta.components.items() if info.mode is GenerationMode.NEGATIVE
    ]
    if [where.name for where in broken] != ["BODY"]:
        return None
    said = response.json()
    each = [
        said,
        *(row for row in said.get("result", [])),
    ]  # of several, each has a word of its own
    assert any(str(one.get("error_code", 0)) != "0" for one in each), "a broken body was taken"
    return None
