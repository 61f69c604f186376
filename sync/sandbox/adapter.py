"""``/mapi/login`` and ``/mapi/g``: the adapter API over HTTP. Bodies are taken as bytes, never parsed twice."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from sync.portal.rows import DossierMessage, ProgressMessage
from sync.sandbox.envelope import key_of, keys_of
from sync.sandbox.layer import EFFECT, Effect
from sync.sandbox.problem import Problem
from sync.sandbox.services import LARGEST_BATCH, Account, Proof, Services


class Login(BaseModel):
    """What ``/mapi/login`` reads."""

    username: str
    password: str


class LoginReply(BaseModel):
    """``error_code`` 0 is success; ``session`` is empty otherwise."""

    session: str
    error_code: int
    message: str


class LookUpCall(BaseModel):
    """``TraCuuHoSo``: does the portal know this dossier?"""

    model_config = ConfigDict(title="TraCuuHoSo")
    session: str
    madonvi: str = ""
    service: Annotated[str, Field(pattern="^TraCuuHoSo$")]
    mahoso: str


Keys = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=255)]] | None,
    Field(
        min_length=1,
        max_length=LARGEST_BATCH,
        description="One key for each element of data; each has its own result row and error_code",
    ),
]


class ShareCall(BaseModel):
    """The share services; ``madonvi`` chooses in a list of procedures, ``maTTHC`` a procedure."""

    model_config = ConfigDict(title="LayDanhMuc")
    session: str
    madonvi: str = ""
    service: Annotated[
        str,
        Field(pattern="^(LayDanhMucCoQuan|LayDanhMucLinhVuc|LayDanhSachTTHC|LayThuTuc)$"),
    ]
    maTTHC: str = ""  # noqa: N815  the API's own name


class DossierCall(BaseModel):
    """``DongBoHoSoMC``: one dossier for one key, or several with ``keys``, or several without any."""

    model_config = ConfigDict(title="DongBoHoSoMC")
    session: str
    madonvi: str = ""
    service: Annotated[str, Field(pattern="^DongBoHoSoMC$")]
    isUpdating: Annotated[str, Field(pattern="^(True|False)$")] = "False"  # noqa: N815  the API's own name
    data: Annotated[list[DossierMessage], Field(min_length=1)]
    keys: Keys = None


class ProgressCall(BaseModel):
    """``CapNhatTienDoHoSoMC``: steps of dossiers that the portal knows."""

    model_config = ConfigDict(title="CapNhatTienDoHoSoMC")
    session: str
    madonvi: str = ""
    service: Annotated[str, Field(pattern="^CapNhatTienDoHoSoMC$")]
    data: Annotated[list[ProgressMessage], Field(min_length=1)]
    keys: Keys = None


class CallReply(BaseModel):
    """``error_code`` 0 is success: a stored row repeats key and SHA-256, a found one tells its state.

    With ``keys`` it means that the rows of ``result`` tell: each has an ``error_code`` of its own.
    """

    error_code: int
    message: str
    result: list[dict[str, Any]]


BODIES: dict[str, tuple[type[BaseModel], ...]] = {
    "/mapi/login": (Login,),
    "/mapi/g": (LookUpCall, ShareCall, DossierCall, ProgressCall),
}
"""What the routes read; for the contract, since they take bytes."""

Dstcode = Annotated[str, Header(description="The portal's member code on the data exchange axis")]


def router(services: Services, account: Account) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/mapi", tags=["adapter API"])

    def need(dstcode: str) -> None:
        if dstcode != account.dstcode:
            raise Problem(404, "no-such-dstcode", "no such dstcode")

    @routes.post("/login", response_model=LoginReply, summary="Opens a session")
    async def login(request: Request, dstcode: Dstcode = "") -> Response:
        need(dstcode)
        request.scope[EFFECT] = Effect.NONE
        return JSONResponse(services.login(await request.body()))

    @routes.post("/g", response_model=CallReply, summary="Calls a service")
    async def call(
        request: Request,
        dstcode: Dstcode = "",
        idempotency_key: Annotated[
            str, Header(description="One key for one element; with or without quotes")
        ] = "",
        content_digest: Annotated[
            str | None, Header(description="sha-256 of the element of data, RFC 9530")
        ] = None,
        replaces_key: Annotated[
            str, Header(description="With an update: keys of earlier revisions, comma-separated")
        ] = "",
    ) -> Response:
        need(dstcode)
        reply, effect = await services.answer(
            await request.body(),
            Proof(key_of(idempotency_key), content_digest, keys_of(replaces_key)),
        )
        request.scope[EFFECT] = effect
        return JSONResponse(reply)

    return routes
