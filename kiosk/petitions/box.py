"""Petitions in the store: what came is kept as it came, the words sealed; what holds is worked out when read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from kiosk.clock import from_ms, to_ms
from kiosk.petitions.petition import Answer, Petition, Told, settle
from kiosk.store.link import Reader, Row, Transaction
from kiosk.store.vault import Place

SINCE = 9
"""The schema from which on there are petitions."""

MOST_ROWS = 1_000
"""No petition is told of a thousand times; of a portal gone mad the first thousand numbers count."""

_IDS = "SELECT petition FROM petition_told GROUP BY petition ORDER BY max(asked_at) DESC, petition LIMIT ?"
_OF = "SELECT * FROM petition_told WHERE petition = ? ORDER BY seq, origin LIMIT ?"


def keep(tx: Transaction, told: Sequence[Told]) -> int:
    """Keeps what came, in the caller's transaction; gives how much was new.

    The same (origin, seq) again changes nothing, whatever it says.
    """
    return sum(_keep(tx, one) for one in told)


def petitions(reader: Reader, limit: int) -> list[Petition]:
    """The youngest first. Raises `Fault` where the vault's key is missing or another."""
    ids = [str(row["petition"]) for row in reader.rows(_IDS, (limit,))]
    return [one for id_ in ids if (one := find(reader, id_)) is not None]


def find(reader: Reader, petition: str) -> Petition | None:
    """Raises as `petitions`."""
    rows = reader.rows(_OF, (petition, MOST_ROWS))
    return settle(_opened(reader, rows)) if rows else None


def _keep(tx: Transaction, one: Told) -> int:
    answer = one.answer
    words = {"question": one.question}
    if answer is not None:
        words |= {"answer": answer.text, "by": answer.by, "position": answer.position}
    sealed = tx.vault.seal(json.dumps(words, ensure_ascii=False).encode(), _place(one))
    values = (
        *(one.petition, one.origin, one.seq, to_ms(one.asked_at)),
        None if one.due is None else to_ms(one.due),
        *(one.procedure, one.state, answer.id if answer else ""),
        to_ms(answer.at) if answer else None,
        *(sealed, tx.at_ms),
    )
    return tx.execute(
        """INSERT INTO petition_told(petition, origin, seq, asked_at, due_at, procedure, state,
             answer, answered_at, words, came_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING""",
        values,
    )


def _opened(reader: Reader, rows: Iterable[Row]) -> Iterable[Told]:
    for row in rows:
        bare = Told(row["origin"], row["seq"], row["petition"], from_ms(row["asked_at"]), "")
        words = json.loads(reader.vault.open(row["words"], _place(bare)))
        answer = None
        if row["answered_at"] is not None:
            said = (words["answer"], words["by"], words["position"])
            answer = Answer(row["answer"], from_ms(row["answered_at"]), *said)
        yield Told(
            bare.origin,
            bare.seq,
            bare.petition,
            bare.asked_at,
            words["question"],
            row["procedure"],
            row["state"],
            None if row["due_at"] is None else from_ms(row["due_at"]),
            answer,
        )


def _place(one: Told) -> Place:
    return Place("petition_told", f"{one.origin}:{one.seq}", "words")
