"""Errors as ``application/problem+json`` (RFC 9457). They never repeat what was sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request",
    401: "Session unknown or expired",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    413: "Too large",
    422: "Not valid",
    503: "Unavailable",
}


class FieldProblem(BaseModel):
    """``path``: the field's place with dots. ``kind``: what is wrong with it."""

    path: str
    kind: str


class ProblemDetails(BaseModel):
    """RFC 9457 section 3.1, with the places of wrong fields."""

    type: str = Field(description="A URN that names the kind of problem.")
    title: str
    status: int
    detail: str = ""
    errors: list[FieldProblem] = []


class Problem(Exception):
    """Ends a request with this answer."""

    def __init__(self, status: int, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.detail = detail


def response(
    status: int,
    kind: str,
    detail: str = "",
    errors: Iterable[FieldProblem] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    body = ProblemDetails(
        type=f"urn:mot-cua:problem:{kind}",
        title=_TITLES.get(status, kind),
        status=status,
        detail=detail,
        errors=list(errors),
    )
    return JSONResponse(body.model_dump(), status, headers, media_type=MEDIA_TYPE)


def not_valid(problems: Iterable[Any]) -> JSONResponse:
    """From the errors of a validation."""
    fields = [FieldProblem(path=_path(one["loc"]), kind=str(one["type"])) for one in problems]
    return response(422, "not-valid", "fields are missing or wrong", fields[:100])


def handle(app: FastAPI) -> None:
    """Makes every error of the application a problem."""

    async def known(_: Request, problem: Exception) -> Response:
        assert isinstance(problem, Problem)  # noqa: S101  registered for it
        told = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else None
        return response(problem.status, problem.kind, problem.detail, headers=told)

    async def framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  registered for it
        kinds = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}
        kind = kinds.get(error.status_code, "http")
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(sorted(_allowed(request)))
        return response(error.status_code, kind, headers=headers)

    async def validation(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it
        return not_valid(error.errors())

    async def model(_: Request, error: Exception) -> Response:
        assert isinstance(error, ValidationError)  # noqa: S101  registered for it
        return not_valid(error.errors(include_url=False, include_input=False))

    app.add_exception_handler(Problem, known)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(ValidationError, model)


def _allowed(request: Request) -> set[str]:
    """Methods of all routes at this path: each alone knows only its own."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return methods


def _path(where: Iterable[Any]) -> str:
    """Keys of a sender may hold halves of surrogate pairs and be endless."""
    text = ".".join(str(part) for part in where) or "(whole message)"
    return text.encode("utf-8", "replace").decode("utf-8")[:200]
