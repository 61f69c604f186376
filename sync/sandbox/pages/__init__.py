"""Pages for people, made here without scripts and without anything from elsewhere."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from sync.sandbox.database import Database
from sync.sandbox.pages import desk, tracking
from sync.sandbox.pages.markup import Markup, page


def router(database: Database) -> APIRouter:
    """The routes: the home page, following a dossier, the officer's desk."""
    routes = APIRouter()

    @routes.get("/")
    def home() -> HTMLResponse:
        return page("vi", "Cổng thử nghiệm", Markup(_HOME))

    routes.include_router(tracking.router(database))
    routes.include_router(desk.router(database))
    return routes


_HOME = """<p class="sandbox" role="note">Đây không phải Cổng Dịch vụ công Quốc gia. Dữ liệu ở đây là dữ liệu giả.</p>
<main><h1>Cổng thử nghiệm</h1>
<ul class="card"><li><a href="/theo-doi">Theo dõi hồ sơ</a></li>
<li><a href="/can-bo">Bàn cán bộ</a></li>
<li><a href="/sandbox/dossiers">Hồ sơ đã nhận</a> (JSON)</li>
<li><a href="/sandbox/faults">Sự cố đang bật</a> (JSON)</li>
<li><a href="/openapi.json">OpenAPI</a></li></ul></main>"""
