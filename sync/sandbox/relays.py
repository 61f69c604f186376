"""Two relays in front of the adapter API, as provinces and vendors put them there.

A relay has a login of its own, wraps the bare array in the adapter's envelope and answers with code and
words only. The provincial one passes key and digest on; the vendor's doesn't know them, looks whether a
new dossier exists, and says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, RootModel

from sync.portal.rows import DossierMessage, ProgressMessage
from sync.sandbox.envelope import key_of, keys_of
from sync.sandbox.layer import EFFECT, Effect
from sync.sandbox.services import DOSSIER, EXISTS, NO_SESSION, Account, Proof, Services

PROGRESS = "CapNhatTienDoHoSoMC"
LOOKUP = "TraCuuHoSo"
PROVINCE = "/api/SynsTTHCC"
VENDOR = "/relay"
_EXISTS_WORDS = "Hồ sơ đã tồn tại"
_NOT_AN_ARRAY = {"error_code": "400", "message": "a JSON array of 1 to 10 objects is needed"}
_MOST = 10


class Dossiers(RootModel[Annotated[list[DossierMessage], Field(min_length=1, max_length=_MOST)]]):
    """A bare array of dossiers."""


class Steps(RootModel[Annotated[list[ProgressMessage], Field(min_length=1, max_length=_MOST)]]):
    """A bare array of progress steps."""


class RelayReply(BaseModel):
    """``error_code`` "0" is success; nothing else is told."""

    error_code: str
    message: str


BODIES: dict[str, tuple[type[BaseModel], ...]] = {
    f"{PROVINCE}/{DOSSIER}": (Dossiers,),
    f"{PROVINCE}/{PROGRESS}": (Steps,),
    f"{VENDOR}/them-moi": (Dossiers,),
    f"{VENDOR}/cap-nhat": (Dossiers,),
    f"{VENDOR}/tien-trinh": (Steps,),
}
"""What the routes read; for the contract, since they take bytes."""


class Relay:
    """One relay's login and what it makes of an array."""

    def __init__(self, services: Services, account: Account) -> None:
        self._services = services
        self._account = account
        self._session = ""

    async def push(
        self, service: str, array: bytes, arguments: Mapping[str, str], proof: Proof
    ) -> tuple[dict[str, str], Effect]:
        """The relay's reply, and what was stored."""
        if _objects(array) is None:
            return _NOT_AN_ARRAY, Effect.NONE
        reply, effect = await self._call(service, array, arguments, proof)
        told = {"error_code": str(reply["error_code"]), "message": str(reply["message"])}
        return told, effect

    async def insert(self, array: bytes) -> tuple[dict[str, str], Effect]:
        """New dossiers, unless one of them exists."""
        rows = _objects(array)
        if rows is None:
            return _NOT_AN_ARRAY, Effect.NONE
        for row in rows:
            code = str(row.get("MaHoSo", ""))
            found, _ = await self._call(LOOKUP, b"[]", {"mahoso": code}, Proof())
            if found["result"]:
                return {"error_code": str(-EXISTS), "message": _EXISTS_WORDS}, Effect.NONE
        return await self.push(DOSSIER, array, {"isUpdating": "False"}, Proof())

    async def _call(
        self, service: str, array: bytes, arguments: Mapping[str, str], proof: Proof
    ) -> tuple[dict[str, Any], Effect]:
        reply, effect = await self._asked(service, array, arguments, proof)
        if reply["error_code"] != NO_SESSION:
            return reply, effect
        login = {"username": self._account.username, "password": self._account.password}
        self._session = self._services.login(json.dumps(login).encode())["session"]
        return await self._asked(service, array, arguments, proof)

    async def _asked(
        self, service: str, array: bytes, arguments: Mapping[str, str], proof: Proof
    ) -> tuple[dict[str, Any], Effect]:
        envelope = {"session": self._session, "service": service, **arguments}
        head = json.dumps(envelope).encode()[:-1]
        return await self._services.answer(head + b',"data":' + array + b"}", proof)


def router(services: Services, account: Account) -> APIRouter:
    """The routes of both relays."""
    routes = APIRouter(tags=["relays"])
    relay = Relay(services, account)

    @routes.post(f"{PROVINCE}/{DOSSIER}", response_model=RelayReply, summary="Provincial: dossiers")
    async def province_dossiers(
        request: Request,
        agency: Annotated[str, Query(alias="MaDinhDanhDV", min_length=1, max_length=40)],
        updating: Annotated[str, Query(alias="isUpdating", pattern="^(True|False)$")] = "False",
    ) -> Response:
        arguments = {"madonvi": agency, "isUpdating": updating}
        return _said(
            request, await relay.push(DOSSIER, await request.body(), arguments, _proof(request))
        )

    @routes.post(f"{PROVINCE}/{PROGRESS}", response_model=RelayReply, summary="Provincial: steps")
    async def province_steps(
        request: Request,
        agency: Annotated[str, Query(alias="MaDinhDanhDV", min_length=1, max_length=40)],
    ) -> Response:
        body = await request.body()
        return _said(
            request, await relay.push(PROGRESS, body, {"madonvi": agency}, _proof(request))
        )

    @routes.post(f"{VENDOR}/them-moi", response_model=RelayReply, summary="Vendor: new dossiers")
    async def vendor_insert(request: Request) -> Response:
        return _said(request, await relay.insert(await request.body()))

    @routes.post(f"{VENDOR}/cap-nhat", response_model=RelayReply, summary="Vendor: changes")
    async def vendor_update(request: Request) -> Response:
        body = await request.body()
        return _said(request, await relay.push(DOSSIER, body, {"isUpdating": "True"}, Proof()))

    @routes.post(f"{VENDOR}/tien-trinh", response_model=RelayReply, summary="Vendor: steps")
    async def vendor_steps(request: Request) -> Response:
        return _said(request, await relay.push(PROGRESS, await request.body(), {}, Proof()))

    return routes


def _said(request: Request, done: tuple[dict[str, str], Effect]) -> Response:
    reply, request.scope[EFFECT] = done
    return JSONResponse(reply)


def _proof(request: Request) -> Proof:
    headers = request.headers
    return Proof(
        key_of(headers.get("idempotency-key")),
        headers.get("content-digest"),
        keys_of(headers.get("replaces-key", "")),
    )


def _objects(array: bytes) -> list[dict[str, Any]] | None:
    """The rows of a bare array; None for anything else, so that nothing else gets into the envelope."""
    try:
        found = json.loads(array)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not 0 < len(found) <= _MOST:
        return None
    return found if all(isinstance(row, dict) for row in found) else None
