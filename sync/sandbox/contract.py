"""The OpenAPI 3.1 contract: what FastAPI tells by itself, and what it can't know.

``python -m sync.sandbox.contract`` writes the committed file; a test fails when it is out of date.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sync.sandbox import adapter, relays
from sync.sandbox.faults import NAMES
from sync.sandbox.problem import MEDIA_TYPE, ProblemDetails

FILE = Path(__file__).with_name("openapi.json")
BODIES = adapter.BODIES | relays.BODIES
_REF = "#/components/schemas/{model}"
_ERRORS = {
    "400": "The request can't be read, or asks for an unknown fault",
    "404": "Not found",
    "405": "Another method",
    "409": "Not from this state",
    "413": "Above 8 MiB",
    "422": "Fields are missing or wrong; the same key came with another body",
    "503": "Unavailable; Retry-After says when to try again",
}


def tell(app: FastAPI) -> None:
    """Has the application serve the whole contract."""
    whole: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not whole:
            whole.update(_contract(app))
        return whole

    setattr(app, "openapi", openapi)  # noqa: B010  FastAPI's documented way, which types don't know


def written(contract: dict[str, Any]) -> str:
    """As it stands in the file."""
    return json.dumps(contract, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _contract(app: FastAPI) -> dict[str, Any]:
    contract = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description="The stand-in for the National Public Service Portal. All data are made up.",
        routes=app.routes,
    )
    components = contract.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(_schemas())
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["parameters"] = {"XFault": _fault_parameter()}
    for path, operations in contract["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    return contract


def _schemas() -> dict[str, Any]:
    models: list[type[BaseModel]] = [ProblemDetails, *(m for ms in BODIES.values() for m in ms)]
    _, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REF
    )
    found: dict[str, Any] = definitions["$defs"]
    return found


def _fault_parameter() -> dict[str, Any]:
    return {
        "name": "X-Fault",
        "in": "header",
        "required": False,
        "description": f"Something goes wrong with this request: {', '.join(NAMES)}.",
        "schema": {"type": "string", "pattern": f"^({'|'.join(NAMES)})(;(ms|s)=[0-9]{{1,5}})?$"},
    }


def _complete(path: str, operation: dict[str, Any]) -> None:
    responses = operation.setdefault("responses", {})
    for status, why in _ERRORS.items():
        known = responses.get(status, {}).get("content", {}).get("application/json", {})
        if status not in responses or "HTTPValidationError" in str(known):
            responses[status] = _problem(why)
    if path.startswith(("/mapi/", "/v1/", "/api/", "/relay/")):
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/XFault"})
    if path in BODIES:
        refs = [{"$ref": _REF.format(model=model.__name__)} for model in BODIES[path]]
        schema = refs[0] if len(refs) == 1 else {"anyOf": refs}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }


def _problem(why: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model="ProblemDetails")}
    return {"description": why, "content": {MEDIA_TYPE: {"schema": schema}}}


def main() -> None:
    """Writes the file, or with an argument the contract to standard output."""
    from sync.sandbox.app import build
    from sync.sandbox.database import Database
    from sync.sandbox.faults import Faults
    from sync.sandbox.services import Account

    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder))
        text = written(build(database, Account(), Faults()).openapi())
        database.close()
    if len(sys.argv) > 1:
        sys.stdout.write(text)
    else:
        FILE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
