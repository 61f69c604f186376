"""The portal's envelope in its known shapes, and everything that is none."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.portal.answer import NotAnAnswer, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("code", [0, 3, -3, 401])
@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("name", ["error_code", "errorCode"])
def test_the_code_is_a_number_or_a_string(code: int, as_text: bool, name: str) -> None:
    answer = parse(json.dumps({name: str(code) if as_text else code, "message": "m"}).encode())
    assert answer is not None
    assert (answer.code, answer.message, answer.rows) == (code, "m", ())


@pytest.mark.parametrize(
    "found",
    [[], 1, "x", None, {}, {"error_code": None}, {"error_code": True}, {"error_code": "OK"},
     {"error_code": 0.0}, {"error_code": "--1"}, {"error_code": "²"}, {"code": "OK", "data": []}],
)  # fmt: skip
def test_json_of_another_shape_is_no_answer(found: object) -> None:
    assert parse(json.dumps(found).encode()) is None


@pytest.mark.parametrize("result", [[{"MaHoSo": "A"}, 3, None], {"MaHoSo": "A"}])
def test_rows_may_be_a_list_or_one_object(result: object) -> None:
    answer = parse(json.dumps({"error_code": "0", "result": result}).encode())
    assert answer is not None
    assert answer.names("A")
    assert not answer.names("B")


def test_an_echo_needs_key_hash_and_code_in_one_row() -> None:
    row = {"MaHoSo": "A", "idempotency_key": "k", "sha256": "h"}
    answer = parse(json.dumps({"error_code": 0, "result": [row]}).encode())
    assert answer is not None
    assert answer.echoes("k", "h", "A")
    for key, sha256, code in (("x", "h", "A"), ("k", "x", "A"), ("k", "h", "x")):
        assert not answer.echoes(key, sha256, code)


def test_a_byte_order_mark_is_tolerated() -> None:
    assert parse(b"\xef\xbb\xbf" + b'{"error_code":0}') is not None


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"error_code": 0', b"\xff\xfe", b"<html>", b"[" * 99999]
)
def test_a_broken_text_is_told_apart(body: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        parse(body)


@given(st.binary(max_size=200))
def test_bytes_never_surprise(body: bytes) -> None:
    with contextlib.suppress(NotAnAnswer):
        parse(body)


@given(st.dictionaries(st.sampled_from(["error_code", "message", "result", "session"]), JSON))
def test_any_object_is_an_answer_or_none(found: dict[str, object]) -> None:
    answer = parse(json.dumps(found).encode())
    assert answer is None or isinstance(answer.code, int)
    assert "message" not in repr(answer)
