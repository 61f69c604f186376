"""The reference portal's HTTP face (FastAPI), put together from its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from sync.sandbox import (
    adapter,
    admin,
    contract,
    enrolment,
    feeds,
    lookups,
    pages,
    payments,
    petitions,
    problem,
    registers_seed,
    relays,
)
from sync.sandbox.database import Database
from sync.sandbox.faults import Faults
from sync.sandbox.files import Files, TusServer
from sync.sandbox.layer import TRANSPORT, Layer
from sync.sandbox.services import Account, Services

__all__ = ["TRANSPORT", "build"]


def build(database: Database, account: Account, faults: Faults) -> FastAPI:
    """The application; it closes the database when it ends."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    # no docs pages: they would load scripts from elsewhere; /openapi.json stays
    app = FastAPI(
        title="Một Cửa sandbox portal",
        version="1",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    problem.handle(app)
    with database.transaction() as rows:
        registers_seed.fill(rows)
    files = Files(database.file.parent)
    services = Services(database, account, files.missing)
    app.include_router(adapter.router(services, account))
    app.include_router(relays.router(services, account))
    app.include_router(TusServer(files, services.known).routes(), tags=["files"])
    app.include_router(admin.router(database, faults, files))
    told = feeds.Feeds(database)
    app.include_router(feeds.router(told, services.known))
    asked = petitions.Petitions(database, told)
    app.include_router(petitions.router(asked, feeds.guarded_by(services.known)))
    app.include_router(lookups.router(database))
    app.include_router(enrolment.router(database))
    app.include_router(payments.router(database))
    app.include_router(payments.bank(database), include_in_schema=False)
    app.include_router(pages.router(database), include_in_schema=False)
    contract.tell(app)
    app.add_middleware(Layer, faults=faults)
    return app
