"""Says what a message would lose in the scoring of QĐ 766/QĐ-TTg, or what the portal wouldn't like of it.

It warns before a message is sent and looks back later; it never changes data and never stops a message. A
rule speaks of what is known: the frozen message, and the states that have come back since.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import ValidationError

import resources
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import at_office
from kiosk.dossiers.dossier import DossierState
from sync.portal.frozen import Frozen, read
from sync.portal.lengths import LONGEST, Lengths, shipped
from sync.portal.rows import DossierMessage, moment
from sync.portal.term import ENDED, Told, ended_at, requests

_FINISHED = (DossierState.PROCESSED, DossierState.HANDED_OVER)
_NOT_RECEIVED = (DossierState.REGISTERED, DossierState.REFUSED)
_RESULTS, _FILES = "DanhSachGiayToKetQua", "TaiLieuNop"
_ROW_OF = {"DanhSachGiayToBoSung": _FILES, "DanhSachLePhiBoSung": "DanhSachLePhi"}
"""Lists that hold the rows of another."""
_MOST_NAMES = 20


class Severity(StrEnum):
    """How much a finding matters."""

    WRONG = "wrong"
    """Against the form: the portal may refuse the message."""
    LOST = "lost"
    """Points are lost."""
    NOTE = "note"
    """Doesn't count toward a share; nobody did anything wrong."""


@dataclass(frozen=True)
class Finding:
    """One thing that a rule says of one message. ``fields``: names and codes only, never what a field holds.

    ``points``: those of the scoring group that it touches, out of 100; 0 for none.
    """

    rule: str
    case: str
    severity: Severity
    fields: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        return int(_scoring()["points"].get(self.rule, 0))

    def words(self, language: str) -> str:
        """A sentence in ``vi`` or ``en``."""
        names = ", ".join(self.fields[:_MOST_NAMES])
        return str(_texts()[self.rule][self.case][language]).replace("{fields}", names)


@dataclass(frozen=True)
class Facts:
    """What is known beside the message itself.

    ``past``: states that came back. ``synced_at``: when the portal acknowledged it, None while it hasn't.
    ``needs_result``: whether the procedure gives a result paper. ``disliked``: the citizen's rating.
    """

    as_of: datetime
    past: tuple[Told, ...] = ()
    synced_at: datetime | None = None
    procedure: Procedure | None = None
    needs_result: bool = True
    disliked: bool = False
    lengths: Lengths = field(default_factory=shipped)


@dataclass(frozen=True)
class _Case:
    """A message with what follows from it and the facts."""

    message: Frozen
    facts: Facts

    @property
    def state(self) -> DossierState | None:
        text = self.message.text("TrangThaiHoSo")
        known = {str(int(one)): one for one in DossierState}
        return known.get(text)

    def time(self, name: str) -> datetime | None:
        return moment(self.message.text(name))

    @property
    def finished(self) -> bool:
        """Whether there should be a result by now."""
        return self.state in _FINISHED or any(one.state in _FINISHED for one in self.facts.past)

    @property
    def end(self) -> datetime | None:
        """When processing ended: as the message says, else by the states that are known."""
        told = self.time("NgayKetThucXuLy")
        return told or ended_at(self.facts.past, self.time("NgayTiepNhan"))

    @property
    def late(self) -> bool:
        """Late now: what is still open counts until now."""
        due = self.time("NgayHenTra")
        return due is not None and (self.end or self.facts.as_of) > due

    def files(self) -> list[Frozen]:
        return [one for one in self.message.rows(_FILES) if one.text("IsDeleted") != "True"]


Rule = Callable[[_Case], Iterator[Finding]]


def lint(body: bytes, facts: Facts) -> tuple[Finding, ...]:
    """What every rule says of a frozen dossier message; empty for a whole one that loses nothing."""
    message = read(body)
    if message is None:
        return (Finding("L15", "unreadable", Severity.WRONG),)
    case = _Case(message, facts)
    return tuple(found for rule in _RULES for found in rule(case))


def lint_office(offered: Iterable[str]) -> tuple[Finding, ...]:
    """L10, which is about the office and not about a dossier: the codes of procedures that it offers."""
    if set(offered) & set(_scoring()["electronic_copy"]):
        return ()
    return (Finding("L10", "none", Severity.LOST),)


def warnings(findings: Sequence[Finding]) -> int:
    """How many of them somebody should look at."""
    return sum(one.severity is not Severity.NOTE for one in findings)


def _lost(rule: str, case: str, *fields: str) -> Finding:
    return Finding(rule, case, Severity.LOST, fields)


def _wrong(case: str, *fields: str) -> Finding:
    return Finding("L15", case, Severity.WRONG, fields)


def _synced(case: _Case) -> Iterator[Finding]:
    """L01."""
    received = case.time("NgayTiepNhan")
    if received is None:
        if case.state not in _NOT_RECEIVED:
            yield _lost("L01", "missing", "NgayTiepNhan")
        return
    there = at_office(case.facts.synced_at or case.facts.as_of)
    if (there.year, there.month) > (received.year, received.month):
        yield _lost("L01", "late")


def _in_time(case: _Case) -> Iterator[Finding]:
    """L02."""
    if case.late:
        yield _lost("L02", "overdue" if case.end is None else "late")


def _end(case: _Case) -> Iterator[Finding]:
    """L03."""
    name = "NgayKetThucXuLy"
    told = case.time(name)
    if case.state not in ENDED:
        if told is not None:
            yield _lost("L03", "early", name)
        return
    known = ended_at(case.facts.past, case.time("NgayTiepNhan"))
    if told is None:
        yield _lost("L03", "missing", name)
    elif known is not None and known.replace(microsecond=0) != told:
        yield _lost("L03", "differs", name)


def _supplements(case: _Case) -> Iterator[Finding]:
    """L04."""
    asked = case.message.rows("DanhSachHoSoBoSung")
    if max(len(asked), requests(case.facts.past)) > 1:
        yield _lost("L04", "twice")
    due = case.time("NgayHenTra")
    times = [moment(one.text("NgayBoSung")) for one in asked]
    times += [one.at for one in case.facts.past if one.state is DossierState.WAITING_FOR_SUPPLEMENT]
    if due is not None and any(at is not None and at > due for at in times):
        yield _lost("L04", "after")


def _appointment(case: _Case) -> Iterator[Finding]:
    """L05."""
    if case.time("NgayHenTra") is None and case.state not in _NOT_RECEIVED:
        yield _lost("L05", "missing", "NgayHenTra")


def _online(case: _Case) -> Iterator[Finding]:
    """L06. What was filed at the counter never counts as online, and that is no fault."""
    if case.message.text("KenhThucHien") != "2" or not (case.facts.needs_result and case.finished):
        return
    needed = ("MaGiayToKetQua", "DuongDanTepTinKetQua")
    if not any(all(map(one.text, needed)) for one in case.message.rows(_RESULTS)):
        yield _lost("L06", "result", *needed)


def _paid_online(case: _Case) -> Iterator[Finding]:
    """L07. Dossiers without a fee are left out of the share."""
    prices = (one.text("Gia") for one in case.message.rows("DanhSachLePhi"))
    costs = any(price.strip("0") for price in prices)
    if costs and case.message.text("DuocThanhToanTrucTuyen") not in ("1", "2"):
        yield _lost("L07", "offline", "DuocThanhToanTrucTuyen")


def _result(case: _Case) -> Iterator[Finding]:
    """L08."""
    if case.finished and case.facts.needs_result and not case.message.rows(_RESULTS):
        yield _lost("L08", "missing", _RESULTS)


def _digitised(case: _Case) -> Iterator[Finding]:
    """L09."""
    if not any(one.text("DuongDanTaiTepTin") for one in case.files()):
        yield _lost("L09", "components", f"{_FILES}.DuongDanTaiTepTin")
    has_file = any(one.text("DuongDanTepTinKetQua") for one in case.message.rows(_RESULTS))
    if case.finished and case.facts.needs_result and not has_file:
        yield _lost("L09", "result", f"{_RESULTS}.DuongDanTepTinKetQua")


def _reused(case: _Case) -> Iterator[Finding]:
    """L11."""
    told = case.message.text("HoSoCoThanhPhanSoHoa") == "1"
    is_so = any(one.text("DuocSoHoa") == "1" for one in case.files())
    if told != is_so:
        yield _lost("L11", "flag", "HoSoCoThanhPhanSoHoa")
    elif not told:
        yield _lost("L11", "none", "HoSoCoThanhPhanSoHoa")


def _from_store(case: _Case) -> Iterator[Finding]:
    """L12."""
    if not any(one.text("DuocLayTuKhoDMQG") == "1" for one in case.files()):
        yield Finding("L12", "none", Severity.NOTE, ("DuocLayTuKhoDMQG",))


def _verified(case: _Case) -> Iterator[Finding]:
    """L13."""
    name = "TaiKhoanDuocXacThucVoiVNeID"
    if case.message.text(name) != "1":
        yield Finding("L13", "account", Severity.NOTE, (name,))
    asked = {one.text("MaCSDL") for one in case.message.rows("DSKetNoiCSDL")}
    if not asked & set(_scoring()["population_databases"]):
        yield Finding("L13", "population", Severity.NOTE, ("DSKetNoiCSDL.MaCSDL",))


def _satisfied(case: _Case) -> Iterator[Finding]:
    """L14, as far as it is about a dossier: this program holds no petitions."""
    if case.late:
        yield _lost("L14", "late")
    if case.facts.disliked:
        yield _lost("L14", "disliked")


def _states_form(case: _Case) -> Iterator[Finding]:
    """L15: times and states that contradict each other."""
    received, due = case.time("NgayTiepNhan"), case.time("NgayHenTra")
    if received and due and received > due:
        yield _wrong("order", "NgayTiepNhan", "NgayHenTra")
    if case.message.text("NgayTra") and case.state is not DossierState.HANDED_OVER:
        yield _wrong("handed_over", "NgayTra")
    if case.state is DossierState.REFUSED:
        missing = [name for name in ("NgayTuChoi", "GhiChu") if not case.message.text(name)]
        if missing:
            yield _wrong("refused", *missing)


def _components_known(case: _Case) -> Iterator[Finding]:
    """L15: components that the procedure's version has not."""
    if case.facts.procedure is None:
        return
    known = {one.code for one in case.facts.procedure.components}
    named = dict.fromkeys(one.text("MaThanhPhanHoSo") for one in case.message.rows(_FILES))
    odd = [code for code in named if code not in known]
    if odd:
        yield _wrong("component", *odd)


def _form(case: _Case) -> Iterator[Finding]:
    """L15: lengths, and everything else that the interface says of a field."""
    long = tuple(_too_long(case.message, DossierMessage.row, case.facts.lengths))
    if long:
        yield _wrong("length", *long)
    try:
        DossierMessage.model_validate_json(_json(case.message))
    except ValidationError as error:
        bad = {_path(one["loc"]) for one in error.errors(include_input=False) if one["loc"]}
        if bad:
            yield _wrong("form", *sorted(bad))


def _too_long(part: Frozen, row: str, lengths: Lengths) -> Iterator[str]:
    limits = lengths.of(row)
    for name, value in part.fields.items():
        if isinstance(value, str) and len(value) > limits.get(name, LONGEST):
            yield name[:60]
        for inner in part.rows(name):
            yield from (
                f"{name}.{one}" for one in _too_long(inner, _ROW_OF.get(name, name), lengths)
            )


def _json(message: Frozen) -> str:
    return json.dumps(message.fields)


def _path(where: tuple[int | str, ...]) -> str:
    return ".".join(str(part)[:60] for part in where)


_RULES: tuple[Rule, ...] = (
    _synced,
    _in_time,
    _end,
    _supplements,
    _appointment,
    _online,
    _paid_online,
    _result,
    _digitised,
    _reused,
    _from_store,
    _verified,
    _satisfied,
    _states_form,
    _components_known,
    _form,
)


@cache
def _scoring() -> dict[str, Any]:
    return tomllib.loads(resources.path("portal", "scoring.toml").read_text("utf-8"))


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(resources.path("texts", "lint.toml").read_text("utf-8"))
