"""The sandbox finds the exact bytes of the spliced element again."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sandbox.envelope import NotARequest, digest, key_of, read

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
SPACE = st.sampled_from(["", " ", "\n", "\t \r\n"])


@given(
    st.dictionaries(st.text(), VALUES).map(lambda d: {k: v for k, v in d.items() if k != "data"}),
    st.lists(VALUES, max_size=3),
    SPACE,
)
def test_elements_keep_their_bytes(fields: dict[str, object], data: list[object], gap: str) -> None:
    raw = [json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") for value in data]
    try:
        b"".join(raw).decode()
        head = json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeError:
        return
    space = gap.encode()
    rest = b"," + head[1:] if fields else b"}"
    body = b'{"data":[' + space + (space + b"," + space).join(raw) + b"]" + space + rest
    request = read(body)
    assert request.fields == fields
    assert list(request.elements) == raw


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"a":1,}', b'{"a" 1}', b'{"data":[1,]}', b'{"data":[1}', b"{} x", b"\xff"],
)
def test_what_is_no_request(body: bytes) -> None:
    with pytest.raises(NotARequest):
        read(body)


@given(st.binary(max_size=100))
def test_bytes_never_surprise(body: bytes) -> None:
    with contextlib.suppress(NotARequest):
        read(body)


def test_a_key_is_the_same_with_and_without_quotes() -> None:
    assert key_of('"k-1"') == key_of(" k-1 ") == "k-1"
    assert key_of(None) == key_of('""') == ""
    assert key_of('"') == '"'


def test_the_digest_is_that_of_rfc_9530() -> None:
    assert digest(b"") == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
