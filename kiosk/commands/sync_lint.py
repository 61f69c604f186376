"""``kiosk sync lint``: what messages would lose in the scoring, by rule. It only looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from kiosk.catalogue import release
from kiosk.catalogue.catalogue import Catalogue
from kiosk.clock import OFFICE_ZONE, at_office, now, to_ms
from kiosk.commands.vault import vault_to_read
from kiosk.dossiers.code import normalise
from kiosk.dossiers.history import past
from kiosk.faults import Fault
from kiosk.outbox import sent, views
from kiosk.outbox.sent import Sent
from kiosk.settings import Settings, SettingsError
from kiosk.store.link import Reader
from kiosk.store.peek import peek, schema
from sync.portal.lengths import shipped
from sync.portal.lint import Facts, Finding, lint, lint_office, warnings
from sync.portal.term import Told

MOST_ROWS = 500
_FEEDS_SINCE = 3  # schema
SUBMIT = "submit"


def linted(settings: Settings, code: str = "", day: date | None = None) -> dict[str, Any]:
    """What the linter says of one dossier, of a day's, or of everything that is unsent.

    Of more than 500 the oldest; then ``more`` is true. ``warnings``: how many findings somebody should look at. Raises `SettingsError` for an unknown code,
    and what `peek` raises.
    """
    file = settings.folder / "station.db"
    if not file.exists():
        return _result([], [])
    with peek(file, vault_to_read(settings)) as reader:
        if not schema(reader):
            return _result([], [])
        catalogue = release.load(reader, fed=bool(settings.feeds.catalogue_path))
        rows = _rows(reader, code, day)
        found = [
            (one, lint_row(reader, settings, one, None, catalogue)) for one in rows[:MOST_ROWS]
        ]
        today = at_office(now()).date()
        offered = [one.code for one in catalogue.home(today, settings.citizen.procedures)]
        return _result(found, lint_office(offered), more=len(rows) > MOST_ROWS)


def warnings_waiting(settings: Settings) -> int | None:
    """How many warnings there are about what is unsent; None where that can't be found out."""
    try:
        return int(linted(settings)["warnings"])
    except Fault:
        return None


def lint_row(
    reader: Reader,
    settings: Settings,
    one: Sent,
    body: bytes | None = None,
    catalogue: Catalogue | None = None,
) -> tuple[Finding, ...]:
    """Of a dossier's message; nothing of other kinds. ``body``: its bytes where they are at hand."""
    if one.kind != SUBMIT:
        return ()
    if body is None:
        try:
            body = views.item(reader, one.seq).body
        except Fault:
            return ()  # without its key nothing can be said; that is told elsewhere
    if catalogue is None:
        catalogue = release.load(reader, fed=bool(settings.feeds.catalogue_path))
    row = reader.row("SELECT procedure, version FROM dossier WHERE code = ?", (one.dossier_code,))
    facts = Facts(
        as_of=now(),
        past=_past(reader, one.dossier_code),
        synced_at=sent.acknowledged_at(reader, one.seq),
        procedure=None if row is None else catalogue.version(row["procedure"], row["version"]),
        lengths=shipped().changed(settings.portal.lengths),
    )
    return lint(body, facts)


def _past(reader: Reader, code: str) -> tuple[Told, ...]:
    if schema(reader) < _FEEDS_SINCE:
        return ()
    return tuple(Told(one.event.at, one.event.state) for one in past(reader, code))


def _rows(reader: Reader, code: str, day: date | None) -> list[Sent]:
    if code:
        rows = sent.of_dossier(reader, normalise(code) or "")
        if not rows:
            raise SettingsError(f"{code[:60]!r}: no message has this dossier code")
        return [one for one in rows if one.kind == SUBMIT]
    if day is None:
        return sent.open_submits(reader, MOST_ROWS + 1)
    begin = datetime.combine(day, time(), OFFICE_ZONE)
    return sent.submits_between(
        reader, to_ms(begin), to_ms(begin + timedelta(days=1)), MOST_ROWS + 1
    )


def _result(
    found: Sequence[tuple[Sent, Sequence[Finding]]],
    office: Sequence[Finding],
    *,
    more: bool = False,
) -> dict[str, Any]:
    return {
        "warnings": sum(warnings(findings) for _, findings in found) + warnings(office),
        "office": findings_of(office),
        "dossiers": [
            {"row": one.seq, "dossier": one.dossier_code, "findings": findings_of(findings)}
            for one, findings in found
        ],
        "more": more,
    }


def findings_of(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """As values for programs."""
    return [
        {
            "rule": one.rule,
            "case": one.case,
            "severity": one.severity.value,
            "points": one.points,
            "fields": list(one.fields),
            "vi": one.words("vi"),
            "en": one.words("en"),
        }
        for one in findings
    ]


def readable(result: dict[str, Any]) -> str:
    """For people: each sentence once, with the dossiers that it is about."""
    said: dict[tuple[str, str, str], list[str]] = {}
    for one in result["dossiers"]:
        for found in one["findings"]:
            said.setdefault(_key(found), []).append(one["dossier"])
    for found in result["office"]:
        said.setdefault(_key(found), []).append("-")
    if not said:
        return "Không có cảnh báo. / No warnings."
    lines = [f"Cảnh báo / warnings: {result['warnings']}"]
    for (head, vi, en), dossiers in sorted(said.items()):
        lines += [head, f"  {vi}", f"  {en}", f"  {', '.join(dossiers)}"]
    if result["more"]:
        lines.append(
            f"… chỉ xem {MOST_ROWS} hồ sơ cũ nhất / only the oldest {MOST_ROWS} were looked at"
        )
    return "\n".join(lines)


def _key(found: dict[str, Any]) -> tuple[str, str, str]:
    points = f", {found['points']} điểm / points" if found["points"] else ""
    return f"{found['rule']} ({found['severity']}{points})", found["vi"], found["en"]
