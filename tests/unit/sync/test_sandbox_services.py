"""The sandbox's services without HTTP."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.sandbox import services
from sync.sandbox.database import Database
from sync.sandbox.envelope import digest
from sync.sandbox.serve import SandboxMissing, serve
from sync.sandbox.services import Account, Services
from tests.fakes.portal_items import item


class Caller:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.services = Services(database, Account())
        login = self.services.login(b'{"username":"sandbox","password":"sandbox"}')
        self.session = str(login["session"])

    def __call__(
        self,
        service: str,
        *bodies: bytes,
        key: str = "",
        content_digest: str | None = None,
        **arguments: str,
    ) -> dict[str, object]:
        head = json.dumps({"session": self.session, "service": service} | arguments).encode()
        body = head[:-1] + b',"data":[' + b",".join(bodies) + b"]}" if bodies else head
        return self.services.call(body, services.Proof(key, content_digest))[0]


@pytest.fixture
def call(tmp_path: Path) -> Iterator[Caller]:
    database = Database(tmp_path)
    yield Caller(database)
    database.close()


A, B = item("A").body, item("B").body


def test_a_wrong_login(call: Caller) -> None:
    for body in (b"{}", b"x", b'{"username":"sandbox","password":"no"}'):
        reply = call.services.login(body)
        assert reply["session"] == ""
        assert reply["error_code"] != 0


def test_a_call_needs_a_session(call: Caller) -> None:
    call.session = "other"
    assert call("TraCuuHoSo", mahoso="A")["error_code"] == services.NO_SESSION


def test_an_unknown_service(call: Caller) -> None:
    reply = call("DongBoTienDoHoSo")  # named in no client
    assert (reply["error_code"], reply["message"]) == (-1, "service not known")


def test_no_request_at_all(call: Caller) -> None:
    assert call.services.call(b"hello", services.Proof())[0]["error_code"] == services.BAD_REQUEST
    assert call("DongBoHoSoMC")["error_code"] == services.BAD_REQUEST
    assert call("DongBoHoSoMC", A, B, key="k")["error_code"] == services.BAD_REQUEST


def test_without_a_key_dossiers_are_merged_by_code(call: Caller) -> None:
    assert call("DongBoHoSoMC", A, B)["error_code"] == 0
    assert call("DongBoHoSoMC", A)["error_code"] == 0
    rows = call.database.dossiers()
    assert [(row["code"], row["stored"], row["times_received"]) for row in rows] == [
        ("A", 1, 2),
        ("B", 1, 1),
    ]


def test_an_invalid_element_stores_nothing_of_the_call(call: Caller) -> None:
    assert call("DongBoHoSoMC", A, b'{"MaHoSo":"B"}')["error_code"] == services.INVALID
    assert call.database.dossiers() == []


def test_the_digest_must_fit(call: Caller) -> None:
    reply = call("DongBoHoSoMC", A, key="k", content_digest=digest(B))
    assert reply["error_code"] == services.WRONG_DIGEST
    assert call("DongBoHoSoMC", A, key="k", content_digest=digest(A))["error_code"] == 0


def test_a_key_belongs_to_one_body_and_one_service(call: Caller) -> None:
    assert call("DongBoHoSoMC", A, key="k")["error_code"] == 0
    assert call("DongBoHoSoMC", B, key="k")["error_code"] == services.KEY_REUSED
    assert call("CapNhatTienDoHoSoMC", A, key="k")["error_code"] == services.KEY_REUSED


def test_insert_and_update_are_told_apart(call: Caller) -> None:
    assert call("DongBoHoSoMC", A, key="1", isUpdating="True")["error_code"] == services.NOT_KNOWN
    assert call("DongBoHoSoMC", A, key="1", isUpdating="False")["error_code"] == 0
    assert call("DongBoHoSoMC", A, key="2", isUpdating="False")["error_code"] == services.EXISTS
    before = call.database.dossiers()
    reply = call("DongBoHoSoMC", A, key="2", isUpdating="True")
    assert (reply["error_code"], reply["message"]) == (409, "MaHoSo belongs to another key")
    assert call("DongBoHoSoMC", A)["error_code"] == services.CODE_TAKEN  # without a key neither
    assert call.database.dossiers() == before


def test_a_lookup_tells_the_key_if_there_was_one(call: Caller) -> None:
    call("DongBoHoSoMC", A, key="1")
    call("DongBoHoSoMC", B)
    found = call("TraCuuHoSo", mahoso="A")["result"], call("TraCuuHoSo", mahoso="B")["result"]
    assert found == (
        [{"MaHoSo": "A", "TrangThaiHoSo": "2", "KHOA": "1"}],
        [{"MaHoSo": "B", "TrangThaiHoSo": "2"}],
    )


def test_a_step_needs_its_dossier(call: Caller) -> None:
    step = item("A", "progress").body
    assert call("CapNhatTienDoHoSoMC", step, key="s")["error_code"] == services.NOT_KNOWN


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn"])
def test_the_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SandboxMissing, match="mot-cua\\[sandbox\\]"):
        serve(0, tmp_path)
