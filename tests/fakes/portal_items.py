"""Made-up dossiers and outbox items for the tests of the sync floor."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.dossiers.dossier import Attachment, Component, Dossier, DossierState
from kiosk.outbox.message import Item
from kiosk.people.person import Person
from sync.portal.messages import encode

RECEIVED = datetime(2026, 11, 23, 1, 32, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


def dossier(code: str = "H29.18-261123-0001", **changes: object) -> Dossier:
    values: dict[str, object] = {
        "id": f"id-{code}",
        "code": code,
        "key": f"key-{code}",
        "agency": "H29.18",
        "station": "kiosk-01",
        "procedure": "2.000815",
        "version": "2026-1",
        "procedure_name": "Chứng thực bản sao từ bản chính",
        "sector": "G15-TP03",
        "sector_name": "Chứng thực",
        "person": Person("079090000001", "NGUYỄN VĂN MẪU", "01/01/1990", "Nam"),
        "answers": {"paper": "Bằng tốt nghiệp", "form": "paper", "copies": 2},
        "summary": "Chứng thực 2 bản sao từ bản chính: Bằng tốt nghiệp",
        "components": (
            Component(
                "TP01", "Bản chính", 1, 0, 0, 3, 2, Attachment("ab" * 32, 1234, "application/pdf")
            ),
        ),
        "fee": 10000,
        "state": DossierState.RECEIVED,
        "received_at": RECEIVED,
        "due_at": DUE,
        "term": "Trong ngày",
    }
    return Dossier(**(values | changes))  # type: ignore[arg-type]


def item(
    code: str = "H29.18-261123-0001",
    kind: str = "submit",
    *,
    seq: int = 1,
    key: str = "",
    attempts: int = 1,
    body: bytes | None = None,
) -> Item:
    submit, progress = encode(dossier(code))
    frozen = {"submit": submit.body, "progress": progress.body}.get(kind, b"{}")
    return Item(
        seq=seq,
        key=key or f"key-{code}-{kind}",
        dossier_id=f"id-{code}",
        dossier_code=code,
        rev=1,
        dest="portal",
        kind=kind,
        body=frozen if body is None else body,
        attempts=attempts,
    )
