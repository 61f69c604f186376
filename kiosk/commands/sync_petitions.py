"""``kiosk sync petitions``: what people asked, when, whether it is answered, and what is overdue."""

from __future__ import annotations

from datetime import datetime

from devices.fault import Fault
from kiosk.catalogue.calendar import Calendar, load_calendar
from kiosk.clock import at_office, now
from kiosk.commands.vault import vault_to_read
from kiosk.petitions import box
from kiosk.petitions.petition import Petition
from kiosk.settings import Settings
from kiosk.store.peek import peek, schema

_MOST = 500


def listed(settings: Settings, petition: str = "") -> list[dict[str, object]]:
    """The youngest 500 first, without their words; or one with them. Opens the store read-only.

    Raises `Fault` PETITION_UNKNOWN, and what `peek` and `box.petitions` raise.
    """
    file = settings.folder / "station.db"
    found: list[Petition] = []
    if file.exists():
        with peek(file, vault_to_read(settings)) as reader:
            if schema(reader) >= box.SINCE:
                one = box.find(reader, petition) if petition else None
                found = [one] if one else box.petitions(reader, 0 if petition else _MOST)
    if petition and not found:
        raise Fault("PETITION_UNKNOWN")
    days, calendar = settings.feeds.petition_days, load_calendar(settings.office.calendar)
    at = now()
    return [_row(_with_term(one, days, calendar), at, words=bool(petition)) for one in found]


def _with_term(one: Petition, days: int, calendar: Calendar) -> Petition:
    """With the office's own term where the portal names no day."""
    return one if one.due or not days else one.within(days, calendar)


def _row(one: Petition, at: datetime, *, words: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "petition": one.id,
        "procedure": one.procedure,
        "state": one.state,
        "asked_at": one.asked_at.isoformat(),
        "due_at": one.due.isoformat() if one.due else None,
        "answered_at": one.answered_first.isoformat() if one.answered_first else None,
        "overdue": one.is_overdue(at),
    }
    if words:
        answer = one.answer
        told |= {
            "question": one.question,
            "answer": answer.text if answer else None,
            "answer_by": answer.by if answer else None,
            "answer_position": answer.position if answer else None,
        }
    return told


def readable(rows: list[dict[str, object]]) -> str:
    """A line for each, and the words where there are any."""
    if not rows:
        return "Không có câu hỏi, kiến nghị nào. / No questions or petitions."
    return "\n".join(_lines(row) for row in rows)


def _lines(row: dict[str, object]) -> str:
    line = f"{row['petition']:26} {_day(row['asked_at'])} {_standing(row)}"
    if row["procedure"]:
        line += f" [{row['procedure']}]"
    if "question" in row:
        line += f"\n\n{row['question']}"
        if row["answer"] is not None:
            line += f"\n\n{row['answer_position']} {row['answer_by']}:\n{row['answer']}"
    return line


def _standing(row: dict[str, object]) -> str:
    if row["answered_at"]:
        late = " – quá hạn / late" if row["overdue"] else ""
        return f"đã trả lời / answered {_day(row['answered_at'])}{late}"
    if row["overdue"]:
        return f"QUÁ HẠN / OVERDUE {_day(row['due_at'])}"
    due = f", hạn / due {_day(row['due_at'])}" if row["due_at"] else ""
    return f"chưa trả lời / no answer{due}"


def _day(moment: object) -> str:
    return f"{at_office(datetime.fromisoformat(str(moment))):%H:%M %d/%m/%Y}"
