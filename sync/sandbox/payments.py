"""The payment platform, message version 1.0.6, with a page that plays the bank.

Stricter than a real one may be: every hash is checked, and a reference is good for one INIT. Nothing of the
payer is kept. The bank page's buttons pay, pay twice, pay too little, refuse, let the page run out, and pay so
late that the platform goes on saying "waiting" for a while.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import secrets
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from reportlab.pdfgen.canvas import Canvas

from kiosk.clock import OFFICE_ZONE, from_ms, now, to_ms
from kiosk.payments.claims import stamp
from sync.payments.messages import sealed
from sync.sandbox import bearer
from sync.sandbox.database import Database, Rows
from sync.sandbox.pages.markup import Markup, h, joined, page
from sync.sandbox.plain import Day
from sync.sandbox.problem import MEDIA_TYPE

PARTNER, SECRET, TOKEN = "SANDBOX", "sandbox-secret", "sandbox-token"
SCHEMA = """
CREATE TABLE IF NOT EXISTS pay_order(
  reference TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK(amount>0), content TEXT NOT NULL, opened INTEGER NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0, hush INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS pay_transaction(
  id INTEGER PRIMARY KEY, reference TEXT NOT NULL REFERENCES pay_order(reference),
  amount INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS pay_transaction_at ON pay_transaction(at);
"""
_WRONG_HASH, _UNKNOWN, _USED = "97", "14", "13"
_PAID, _WAITING, _FAILED = "1", "0", "2"
_LATE_FOR = 2
"""How many questions are answered "waiting" although the money is there."""

Clock = Callable[[], datetime]
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{8,60}$")]
Stamp = Annotated[str, Field(pattern=r"^[0-9]{14}$")]
Seal = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, Field(pattern=r"^[ -~]{1,200}$")]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    PhienBan: Literal["1.0.6"]
    MaDoiTac: Line
    MaThamChieu: Reference
    ThoiGianGD: Stamp
    MaXacThuc: Seal


class PaymentInit(_Message):
    """Opens a payment page. ``SoTien``: whole đồng as text."""

    LoaiBanTin: Literal["INIT"]
    SoTien: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,11}$")]
    LoaiHinhThanhToan: Literal["PAY"]
    MaKenhThanhToan: Line
    MaThietBi: Line
    NgonNgu: Line
    MaTienTe: Literal["VND"]
    MaNganHang: Line
    ThongTinGiaoDich: Line
    Ip: Line
    ThongTinBienLai: dict[str, Any]


class PaymentQuery(_Message):
    LoaiBanTin: Literal["QUERY"]


class PaymentBill(_Message):
    LoaiBanTin: Literal["GET_BILL"]


class PaymentAnswer(BaseModel):
    """``message`` is JSON inside a string where ``error_code`` is 0, else words."""

    error_code: str
    message: str


_NO_TOKEN: dict[int | str, dict[str, Any]] = {
    401: {
        "description": "The Bearer token is wrong",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    }
}
_PDF_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The electronic receipt, or why there is none",
        "content": {
            "application/pdf": {},
            "application/json": {"schema": {"$ref": "#/components/schemas/PaymentAnswer"}},
        },
    }
}


def _known(token: str) -> bool:
    return hmac.compare_digest(token.encode("utf-8", "replace"), TOKEN.encode())


def router(database: Database, clock: Clock = now) -> APIRouter:
    """The platform's three calls and its statement."""
    _make_tables(database)
    need = bearer.need(bearer.PLATFORM, _known)
    routes = APIRouter(tags=["payments"], dependencies=[Depends(need)])

    @routes.post("/payment/init", summary="Opens a payment page", responses=_NO_TOKEN)
    def init(asked: PaymentInit, request: Request) -> PaymentAnswer:
        if not _fits(asked):
            return _no(_WRONG_HASH, "MaXacThuc")
        token = database.write(lambda rows: _open(rows, asked, clock())).result()
        if token is None:
            return _no(_USED, "MaThamChieu")
        return _yes({"UrlThanhToan": f"{str(request.base_url).rstrip('/')}/sandbox/bank/{token}"})

    @routes.post("/payment/query", summary="What became of a payment", responses=_NO_TOKEN)
    def query(asked: PaymentQuery) -> PaymentAnswer:
        if not _fits(asked):
            return _no(_WRONG_HASH, "MaXacThuc")
        said = database.write(lambda rows: _status(rows, asked.MaThamChieu)).result()
        return _yes(said[0] if len(said) == 1 else said) if said else _no(_UNKNOWN, "MaThamChieu")

    @routes.post(
        "/payment/bill",
        summary="The electronic receipt",
        response_class=Response,
        responses=_NO_TOKEN | _PDF_ANSWER,
    )
    def bill(asked: PaymentBill) -> Response:
        return _bill(database, asked)

    @routes.get(
        "/payment/statement",
        summary="A day's transactions as CSV",
        response_class=Response,
        responses=_NO_TOKEN | {200: {"description": "CSV", "content": {"text/csv": {}}}},
    )
    def statement(day: Annotated[Day, Query()]) -> Response:
        with database.reading() as rows:
            return Response(_statement(rows, day), media_type="text/csv; charset=utf-8")

    return routes


def _make_tables(database: Database) -> None:
    with database.transaction() as rows:
        for statement in filter(str.strip, SCHEMA.split(";")):
            rows.execute(statement)


def bank(database: Database, clock: Clock = now) -> APIRouter:
    """The page that plays the bank. Its address is the secret; who has it may pay."""
    routes = APIRouter(prefix="/sandbox/bank")

    def show(token: str) -> HTMLResponse:
        with database.reading() as rows:
            found = _order(rows, token)
            paid = _transactions(rows, found[0]) if found else []
        if found is None:
            return page("vi", "Ngân hàng thử nghiệm", Markup("<h1>Không có trang này</h1>"), 404)
        return _page(token, found, paid)

    @routes.get("/{token}")
    def shown(token: str) -> HTMLResponse:
        return show(token)

    @routes.post("/{token}")
    async def pressed(token: str, request: Request) -> Response:
        try:
            fields = parse_qs((await request.body()).decode("ascii", "replace"), max_num_fields=5)
        except ValueError:
            fields = {}
        act = fields.get("act", [""])[0]
        if act not in ACTS:
            return await run_in_threadpool(show, token)
        done = database.write(lambda rows: _act(rows, token, act, clock()))
        await run_in_threadpool(done.result)
        return RedirectResponse(
            f"/sandbox/bank/{token}" if token.isascii() and token.isalnum() else "/", 303
        )

    return routes


ACTS = {
    "pay": "Trả tiền",
    "twice": "Trả hai lần",
    "short": "Trả thiếu 1.000 đồng",
    "late": "Trả tiền, hệ thống báo chậm",
    "fail": "Từ chối",
    "expire": "Để hết hạn",
}
"""What the buttons do, and what stands on them."""


def _bill(database: Database, asked: PaymentBill) -> Response:
    wrong = _no(_WRONG_HASH, "MaXacThuc")
    if _fits(asked):
        with database.reading() as rows:
            found = _transactions(rows, asked.MaThamChieu)
        if found:
            return Response(_pdf(asked.MaThamChieu, found[0]), media_type="application/pdf")
        wrong = _no(_UNKNOWN, "MaThamChieu")
    return Response(wrong.model_dump_json(), media_type="application/json")


def _fits(asked: PaymentInit | PaymentQuery | PaymentBill) -> bool:
    wanted = sealed(asked.model_dump(exclude={"MaXacThuc"}), SECRET)
    return asked.MaDoiTac == PARTNER and hmac.compare_digest(wanted, asked.MaXacThuc)


def _open(rows: Rows, asked: PaymentInit, at: datetime) -> str | None:
    """The page's token; the same one for the same message again, None for another one."""
    sha256 = hashlib.sha256(asked.model_dump_json().encode("utf-8", "replace")).hexdigest()
    found = rows.execute(
        "SELECT token, sha256 FROM pay_order WHERE reference=?", (asked.MaThamChieu,)
    ).fetchone()
    if found:
        return str(found[0]) if found[1] == sha256 else None
    token = secrets.token_hex(16)
    rows.execute(
        "INSERT INTO pay_order(reference, token, sha256, amount, content, opened) VALUES(?,?,?,?,?,?)",
        (asked.MaThamChieu, token, sha256, int(asked.SoTien), asked.ThongTinGiaoDich, to_ms(at)),
    )
    return token


def _status(rows: Rows, reference: str) -> list[dict[str, str]]:
    found = rows.execute(
        "SELECT amount, ended, hush, opened FROM pay_order WHERE reference=?", (reference,)
    ).fetchone()
    if found is None:
        return []
    amount, ended, hush, opened = found
    if hush:
        rows.execute("UPDATE pay_order SET hush=hush-1 WHERE reference=?", (reference,))
    paid = [] if hush else _transactions(rows, reference)
    if paid:
        return [_told(reference, _PAID, f"GD{one}", sum_, at) for one, sum_, at in paid]
    return [_told(reference, _FAILED if ended else _WAITING, "", amount, opened)]


def _told(reference: str, state: str, number: str, amount: int, at: int) -> dict[str, str]:
    return {
        "MaLoi": "00",
        "MaDoiTac": PARTNER,
        "MaThamChieu": reference,
        "SoTien": str(amount),
        "MaTienTe": "VND",
        "MaGiaoDich": number,
        "ThoiGianGD": stamp(from_ms(at)),
        "TrangThaiGD": state,
    }


def _act(rows: Rows, token: str, act: str, at: datetime) -> None:
    found = _order(rows, token)
    if found is None:
        return
    reference, amount = found[0], found[1]
    sums = {"pay": [amount], "twice": [amount] * 2, "late": [amount], "short": [amount - 1000]}
    for one in sums.get(act, []):
        if one > 0:
            values = (reference, one, to_ms(at))
            rows.execute("INSERT INTO pay_transaction(reference, amount, at) VALUES(?,?,?)", values)
    hush = _LATE_FOR if act == "late" else 0
    ended = int(act in ("fail", "expire"))
    rows.execute("UPDATE pay_order SET hush=?, ended=? WHERE token=?", (hush, ended, token))


def _order(rows: Rows, token: str) -> tuple[str, int, str] | None:
    found = rows.execute(
        "SELECT reference, amount, content FROM pay_order WHERE token=?",
        (token.encode("utf-8", "replace").decode("utf-8"),),
    ).fetchone()
    return (str(found[0]), int(found[1]), str(found[2])) if found else None


def _transactions(rows: Rows, reference: str) -> list[tuple[int, int, int]]:
    sql = "SELECT id, amount, at FROM pay_transaction WHERE reference=? ORDER BY id"
    return [(int(a), int(b), int(c)) for a, b, c in rows.execute(sql, (reference,))]


def _statement(rows: Rows, day: date) -> str:
    first = to_ms(datetime.combine(day, time(12), OFFICE_ZONE)) - 12 * 3_600_000
    sql = "SELECT reference, id, amount, at FROM pay_transaction WHERE at>=? AND at<? ORDER BY id"
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["MaThamChieu", "MaGiaoDich", "SoTien", "ThoiGianGD", "TrangThaiGD"])
    end = first + timedelta(days=1) // timedelta(milliseconds=1)
    for reference, number, amount, at in rows.execute(sql, (first, end)):
        lines.writerow([reference, f"GD{number}", amount, stamp(from_ms(at)), _PAID])
    return text.getvalue()


def _pdf(reference: str, paid: tuple[int, int, int]) -> bytes:
    """A believable receipt with nobody's name."""
    number, amount, at = paid
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.setTitle("BIEN LAI DIEN TU")
    lines = (
        *("BIEN LAI DIEN TU - CONG THU NGHIEM", f"So: GD{number}", f"Ma tham chieu: {reference}"),
        *(f"So tien: {amount} dong", f"Thoi gian: {stamp(from_ms(at))}"),
    )
    for line, text in enumerate(lines):
        canvas.drawString(72, 760 - 24 * line, text)
    canvas.save()
    return file.getvalue()


def _yes(inside: object) -> PaymentAnswer:
    return PaymentAnswer(error_code="0", message=json.dumps(inside, ensure_ascii=False))


def _no(code: str, words: str) -> PaymentAnswer:
    return PaymentAnswer(error_code=code, message=words)


def _page(
    token: str, found: tuple[str, int, str], paid: list[tuple[int, int, int]]
) -> HTMLResponse:
    reference, amount, content = found
    body = h(
        _BANK,
        content=content,
        reference=reference,
        amount=f"{amount:,}".replace(",", "."),
        count=len(paid),
        buttons=joined(
            h(_BUTTON, token=token, act=act, label=label) for act, label in ACTS.items()
        ),
    )
    return page("vi", "Ngân hàng thử nghiệm", body)


_BANK = """<a class="skip" href="#main">Đến nội dung chính</a>
<p class="sandbox" role="note">Ngân hàng thử nghiệm – không có tiền thật</p>
<main id="main"><h1>Thanh toán phí, lệ phí</h1>
<dl class="facts card"><dt>Nội dung</dt><dd>{content}</dd><dt>Số tiền</dt><dd>{amount} đồng</dd>
<dt>Mã tham chiếu</dt><dd class="code">{reference}</dd><dt>Số lần đã trả</dt><dd>{count}</dd></dl>
{buttons}</main>"""
_BUTTON = """<form method="post" action="/sandbox/bank/{token}"><input type="hidden" name="act" value="{act}">
<p><button type="submit">{label}</button></p></form>"""
