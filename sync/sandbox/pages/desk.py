"""``/can-bo``: an officer of the portal's side lists dossiers and moves one on. Loopback only.

No login: it is a sandbox, and says so. A page of somebody else's can't press its buttons, because each form
carries a token and the name of the host must be loopback's.
"""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from kiosk.dossiers.code import normalise
from sync.sandbox.database import Database
from sync.sandbox.officer import Move, move
from sync.sandbox.pages.markup import Markup, h, joined, page
from sync.sandbox.pages.view import Shown, shown
from sync.sandbox.pages.words import moment, stamped
from sync.sandbox.problem import Problem
from sync.sandbox.states import MOVES, NAMES, NEEDS_REASON, State

PAGE = 50
_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_VERBS = {
    State.RECEIVED: "Tiếp nhận",
    State.NOT_RECEIVED: "Từ chối tiếp nhận",
    State.PROCESSING: "Chuyển xử lý",
    State.SUPPLEMENT: "Yêu cầu bổ sung",
    State.TO_PAY: "Yêu cầu nộp tiền",
    State.WITHDRAWN: "Ghi nhận rút hồ sơ",
    State.STOPPED: "Dừng xử lý",
    State.READY: "Báo có kết quả",
    State.HANDED_OVER: "Ghi nhận đã trả kết quả",
}
_REFUSED = {
    "reason-missing": "Cần ghi lý do để người dân biết.",
    "not-lawful": "Không thể chuyển từ trạng thái hiện tại sang trạng thái này.",
    "changed-meanwhile": "Hồ sơ vừa đổi trạng thái ở nơi khác. Xin xem lại trước khi chuyển.",
    "not-found": "Không tìm thấy hồ sơ.",
    "token": "Biểu mẫu đã cũ. Xin gửi lại.",
    "form": "Biểu mẫu không đúng.",
}


async def _loopback(request: Request) -> None:
    """Raises `Problem` (404) for other hosts' names, as a rebound name would bring."""
    host = request.headers.get("host", "")
    name = host.rsplit(":", 1)[0] if host.rsplit(":", 1)[-1].isdigit() else host
    if name.lower() not in _HOSTS:
        raise Problem(404, "not-found")


def router(database: Database) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/can-bo", dependencies=[Depends(_loopback)])
    token = secrets.token_urlsafe(18)

    @routes.get("")
    def listed(
        before: Annotated[int, Query(ge=0, le=2**62)] = 0,
        ma: Annotated[str, Query(max_length=200)] = "",
    ) -> Response:
        if ma.strip():
            wanted = quote(normalise(ma) or ma.strip(), safe="")
            return RedirectResponse(f"/can-bo/ho-so/{wanted}", 303)
        with database.reading() as rows:
            numbers = rows.newest(before, PAGE)
            found = [shown(rows, code) for _, code in numbers]
        return _list([one for one in found if one], numbers[-1][0] if len(numbers) == PAGE else 0)

    @routes.get("/ho-so/{code}")
    def one(code: str) -> HTMLResponse:
        return _one(code, "", 200)

    @routes.post("/ho-so/{code}")
    async def moved(code: str, request: Request) -> Response:
        fields = _fields(await request.body())
        if not secrets.compare_digest(fields.get("token", "").encode(), token.encode()):
            return await run_in_threadpool(_one, code, _REFUSED["token"], 403)
        try:
            wanted = Move.model_validate(
                {
                    "code": code,
                    "state": fields.get("state", ""),
                    "words": fields.get("words", ""),
                    "seen": fields.get("seen", ""),
                }
            )
            await run_in_threadpool(move, database, wanted)
        except ValidationError:
            return await run_in_threadpool(_one, code, _REFUSED["form"], 422)
        except Problem as problem:
            said = _REFUSED.get(problem.kind, problem.kind)
            return await run_in_threadpool(_one, code, said, problem.status)
        return RedirectResponse(f"/can-bo/ho-so/{quote(code)}", 303)

    def _one(code: str, wrong: str, status: int) -> HTMLResponse:
        with database.reading() as rows:
            found = shown(rows, code.encode("utf-8", "replace").decode("utf-8"))
        if found is None:
            return _framed(h("<h1>{text}</h1>", text=_REFUSED["not-found"]), 404)
        return _framed(_dossier(found, token, wrong), status)

    return routes


def _fields(body: bytes) -> dict[str, str]:
    """The first value of each field of a form; empty when it is no form."""
    try:
        text = body.decode("utf-8", "replace")
        return {name: values[0] for name, values in parse_qs(text, max_num_fields=20).items()}
    except ValueError:
        return {}


def _framed(body: Markup, status: int = 200) -> HTMLResponse:
    return page("vi", "Bàn cán bộ – Cổng thử nghiệm", h(_PAGE, body=body), status)


def _list(found: list[Shown], before: int) -> HTMLResponse:
    rows = [
        h(
            _ROW,
            link=quote(one.code),
            code=one.code,
            owner=one.owner,
            procedure=one.procedure,
            state=NAMES[one.state].vi,
            due=stamped(one.due),
        )
        for one in found
    ]
    older = h('<a href="/can-bo?before={before}">Cũ hơn</a>', before=before) if before else ""
    return _framed(h(_LIST, rows=joined(rows), older=older))


def _dossier(found: Shown, token: str, wrong: str) -> Markup:
    events = [
        h(
            "<tr><td>{at}</td><td>{state}</td><td>{words}</td></tr>",
            at=moment(step.at),
            state=NAMES[step.state].vi,
            words=step.words,
        )
        for step in found.steps
        if step.at is not None
    ]
    note = h('<div class="note bad" role="alert">{wrong}</div>', wrong=wrong) if wrong else ""
    moves = joined(_move(found, state, token) for state in MOVES[found.state])
    return h(
        _ONE,
        code=found.code,
        link=quote(found.code),
        owner=found.owner,
        procedure=found.procedure,
        state=NAMES[found.state].vi,
        due=stamped(found.due),
        note=note,
        events=joined(events),
        moves=moves or Markup("<p>Hồ sơ đã kết thúc; không còn bước nào.</p>"),
    )


def _move(found: Shown, state: State, token: str) -> Markup:
    needed = state in NEEDS_REASON
    return h(
        _MOVE,
        link=quote(found.code),
        token=token,
        seen=int(found.state),
        state=int(state),
        verb=_VERBS[state],
        field=f"words-{int(state)}",
        label="lý do, người dân sẽ đọc" if needed else "ghi chú, không bắt buộc",
        required=Markup(" required" if needed else ""),
        kind="second" if needed else "first",
    )


_PAGE = """<a class="skip" href="#main">Đến nội dung chính</a>
<p class="sandbox" role="note">Cổng thử nghiệm – dữ liệu giả – trang này chỉ mở được trên chính máy này</p>
<header class="bar wide"><p class="brand">Bàn cán bộ<small>Cổng thử nghiệm</small></p>
<a href="/can-bo">Danh sách hồ sơ</a></header>
<main id="main" class="wide">
{body}
</main>"""
_LIST = """<h1>Hồ sơ mới nhất</h1>
<form method="get" action="/can-bo" role="search" class="card">
<label for="ma">Mã hồ sơ</label>
<input class="code" type="text" id="ma" name="ma" maxlength="60" autocomplete="off" spellcheck="false">
<p><button type="submit">Mở hồ sơ</button></p></form>
<div class="scroll" tabindex="0" role="region" aria-label="Danh sách hồ sơ"><table>
<caption>Tên chủ hồ sơ được che; mới nhất ở trên.</caption>
<thead><tr><th scope="col">Mã hồ sơ</th><th scope="col">Chủ hồ sơ</th><th scope="col">Thủ tục</th>
<th scope="col">Tình trạng</th><th scope="col">Hẹn trả</th></tr></thead>
<tbody>{rows}</tbody></table></div>
<nav class="pager" aria-label="Trang">{older}</nav>"""
_ROW = """<tr><td class="code"><a href="/can-bo/ho-so/{link}">{code}</a></td><td>{owner}</td>
<td>{procedure}</td><td>{state}</td><td>{due}</td></tr>"""
_ONE = """<h1>{code}</h1>
{note}
<dl class="facts card"><dt>Tình trạng</dt><dd>{state}</dd><dt>Thủ tục</dt><dd>{procedure}</dd>
<dt>Chủ hồ sơ</dt><dd>{owner}</dd><dt>Hẹn trả</dt><dd>{due}</dd></dl>
<h2>Chuyển hồ sơ</h2>
<div class="card">{moves}</div>
<h2>Quá trình</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Quá trình"><table>
<thead><tr><th scope="col">Lúc</th><th scope="col">Trạng thái</th><th scope="col">Nội dung</th></tr></thead>
<tbody>{events}</tbody></table></div>
<p><a href="/theo-doi?ma={link}">Người dân thấy gì</a></p>"""
_MOVE = """<form class="move" method="post" action="/can-bo/ho-so/{link}">
<input type="hidden" name="token" value="{token}"><input type="hidden" name="seen" value="{seen}">
<input type="hidden" name="state" value="{state}">
<label for="{field}">{verb} – {label}</label>
<input type="text" id="{field}" name="words" maxlength="500" autocomplete="off"{required}>
<p><button class="{kind}" type="submit">{verb}</button></p></form>"""
