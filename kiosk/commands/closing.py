"""``kiosk sync closing``: the day's end. What is unsent is listed, printed, carried away; nothing is deleted."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.clock import at_office, now
from kiosk.commands import sync
from kiosk.commands.sync_status import STATES
from kiosk.commands.take_out import TakenOut, take_out
from kiosk.dossiers import intake
from kiosk.faults import Fault
from kiosk.outbox import closing, reasons
from kiosk.outbox.closing import CarriedAway, Unsent
from kiosk.papers.closing_list import closing_list
from kiosk.settings import Settings, SettingsError
from kiosk.store.lock import is_held
from kiosk.store.peek import peek, schema

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Wanted:
    """What a closing is to do: bundle and list go into a file or a folder; None: not asked for."""

    bundle: Path | None = None
    paper: Path | None = None
    before_update: bool = False
    reason: str = "closing"
    by: str = ""


def close(settings: Settings, wanted: Wanted) -> dict[str, object]:
    """Lists what is unsent, with the paper and the bundle that were asked for.

    ``not_entered``: dossiers that were received and can't be entered into the register: nothing carries them.
    ``ok``: nothing is left, or before an update: a bundle of everything unsent is in safe hands, made in
    this call or within the last hour and still as it was. Raises `SettingsError` where there is no state
    folder, `Fault` STATE_IN_USE before an update while a program runs on the folder, and what `take_out`
    raises.
    """
    if not settings.folder.is_dir():
        raise SettingsError(f"{settings.folder}: there is no such state folder")
    if wanted.before_update and is_held(settings.folder):
        raise Fault("STATE_IN_USE", "stop the station before the update")
    at = now()
    rows, last, waits = _seen(settings)
    made = _carry_away(settings, wanted, at, last) if rows and wanted.bundle else None
    paper = _print(settings, wanted.paper, rows, at) if wanted.paper else None
    if made is not None:
        covered = not made.summary.lost
    else:
        covered = wanted.before_update and _is_covered(settings, at, last)
    return {
        "event": "closing",
        "at": at.isoformat(),
        "ok": not waits and (not rows or (wanted.before_update and covered)),
        "not_entered": waits,
        "dossiers": len(rows),
        "messages": sum(one.messages for one in rows),
        "unsent": [_told(one) for one in rows],
        "bundle": None if made is None else made.told(),
        "carried_away": covered,
        "paper": None if paper is None else str(paper),
    }


def need_nothing_left(result: dict[str, object]) -> None:
    """Raises `Fault` UNSENT_LEFT when something is left, DOSSIER_NOT_ENTERED when no bundle can carry it."""
    waits = result["not_entered"]
    if isinstance(waits, list) and waits:
        raise Fault("DOSSIER_NOT_ENTERED", ", ".join(waits[:10]))
    if not result["ok"]:
        raise Fault("UNSENT_LEFT", f"{result['dossiers']} dossiers, {result['messages']} messages")


def _seen(settings: Settings) -> tuple[list[Unsent], int, list[str]]:
    """What is unsent, its last row, and the codes of what isn't in the register."""
    store = settings.folder / "station.db"
    if not store.exists():
        return [], 0, []
    with peek(store) as reader:
        found = schema(reader)
        if not found:
            return [], 0, []
        waits = intake.codes(reader) if found >= intake.SINCE else []
        return closing.unsent(reader), closing.last_open(reader), waits


def _carry_away(settings: Settings, wanted: Wanted, at: datetime, last: int) -> TakenOut:
    if wanted.bundle is None:
        raise ValueError("no bundle was asked for")
    file = _file_in(wanted.bundle, settings, at, "bundle")
    taken = take_out(settings, file, wanted.reason, wanted.by)
    if taken.summary.lost:  # it speaks for a part only
        return taken
    noted = CarriedAway(at, str(file.absolute()), taken.summary.sha256, last)
    with suppress(Fault), sync.store(settings) as database, database.transaction() as tx:
        closing.save(
            tx, noted
        )  # a disk that takes no more writes: the bundle is there all the same
    return taken


def _is_covered(settings: Settings, at: datetime, last: int) -> bool:
    store = settings.folder / "station.db"
    if not store.exists():
        return True
    with peek(store) as reader:
        made = closing.load(reader) if schema(reader) else None
    return made is not None and made.covers(at, last) and _sha256(Path(made.file)) == made.sha256


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def _print(settings: Settings, target: Path, rows: list[Unsent], at: datetime) -> Path:
    file = _file_in(target, settings, at, "pdf")
    try:
        with file.open("xb") as stream:
            stream.write(closing_list(rows, settings.office, at, demo=settings.demo))
    except OSError as error:
        raise Fault("SYSTEM_REFUSED", f"{file.name}: {error.strerror}") from error
    return file


def _file_in(target: Path, settings: Settings, at: datetime, kind: str) -> Path:
    if not target.is_dir():
        return target
    return target / f"mot-cua-{settings.office.station}-{at_office(at):%Y%m%d-%H%M%S}.{kind}"


def _told(one: Unsent) -> dict[str, object]:
    return {
        "dossier": one.dossier,
        "since": one.since.isoformat(),
        "messages": one.messages,
        "state": one.state.value,
        "why": one.why or None,
        "tries": one.tries,
        "next_at": one.next_at.isoformat() if one.next_at else None,
    }


def readable(result: dict[str, object]) -> str:
    """The closing for people, in Vietnamese and English."""
    rows, waits = result["unsent"], result["not_entered"]
    said = []
    if isinstance(waits, list) and waits:
        said.append("Đã nhận, chưa vào sổ / Received, not in the register: " + ", ".join(waits))
    if not isinstance(rows, list) or not rows:
        return "\n".join(said or ["Không còn hồ sơ chưa gửi. / Nothing is left to be sent."])
    lines = [*said, f"{'hồ sơ / dossier':26} {'từ / since':16} {'thư / messages':>14}  lý do / why"]
    for row in rows:
        since = at_office(datetime.fromisoformat(row["since"]))
        why = row["why"] or STATES.get(row["state"], row["state"])
        lines.append(f"{row['dossier']:26} {since:%H:%M %d/%m/%Y} {row['messages']:>14}  {why}")
    for code in dict.fromkeys(str(row["why"]) for row in rows if row["why"]):
        words = reasons.why(code) or {}
        lines += [f"{code}:", *(f"  {text}" for text in words.values())]
    bundle = result["bundle"]
    if isinstance(bundle, dict):
        lines.append(f"Đã xuất / Exported: {bundle['file']}")
        lines += [f"Thiếu trong tệp / Not whole in it: {code}" for code in bundle["lost"]]
    if result["paper"]:
        lines.append(f"Bản in / To be printed: {result['paper']}")
    return "\n".join(lines)
