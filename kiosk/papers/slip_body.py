"""The lines of the slip and what stands under the table: notes and signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from kiosk.dossiers.dossier import Dossier
from kiosk.papers import slip_styles as look
from kiosk.papers.clean import clean
from kiosk.papers.figures import amount, moment_text
from kiosk.papers.words import Line, SlipWords
from kiosk.settings import Office
from kiosk.vietnamese import amount_in_words

PHONE = "phone"
"""The answer that holds the citizen's telephone number."""

_LABEL = 63 * mm
_SIGN_ROOM = 20 * mm
_STRONG = frozenset({"person", "received", "due"})


def values(
    dossier: Dossier, office: Office, words: SlipWords, paid: Sequence[str] = ()
) -> dict[str, str]:
    """What each line's key stands for; an empty value leaves the line out. ``paid``: as `acceptance_slip`."""
    person = dossier.person
    where = words.values.where.format(office=clean(office.name), address=clean(office.address))
    return {
        "person": clean(person.full_name),
        "number": clean(person.number),
        "address": clean(person.residence) or words.values.unknown,
        "phone": clean(str(dossier.answers.get(PHONE, ""))) or words.values.unknown,
        "procedure": clean(dossier.procedure_name),
        "content": clean(dossier.summary),
        "sets": words.values.sets,
        "term": clean(dossier.term),
        "received": moment_text(words.moment, dossier.received_at),
        "due": moment_text(words.moment, dossier.due_at),
        "fee": _fee(dossier.fee, words, paid),
        "where": where,
    }


def lines(wanted: Sequence[Line], known: Mapping[str, str]) -> list[Flowable]:
    """Label and value side by side, in the order the office's template asks for."""
    rows = [
        [
            look.text(f"{line.label}:", "label"),
            look.text(known[line.key], "value" if line.key in _STRONG else "plain"),
        ]
        for line in wanted
        if known[line.key]
    ]
    if not rows:
        return []
    table = look.table(
        rows,
        [_LABEL, look.CONTENT - _LABEL],
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (0, -1), 6),
        ("RIGHTPADDING", (1, 0), (1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    )
    return [table]


def foot(dossier: Dossier, office: Office, words: SlipWords) -> list[Flowable]:
    """Notes, then the two who sign; a signature never stands alone on a page."""
    return [
        KeepTogether(
            [
                *_notes(office, words),
                Spacer(0, 5 * mm),
                _signatures(dossier, office, words),
            ]
        )
    ]


def _fee(dong: int, words: SlipWords, paid: Sequence[str]) -> str:
    if not dong:
        return words.values.no_fee
    fee = words.values.fee.format(amount=amount(dong), words=amount_in_words(dong))
    numbers = clean(", ".join(paid), 200)
    stands = words.values.paid.format(number=numbers) if numbers else words.values.unpaid
    return f"{fee}, {stands}" if stands else fee


def _notes(office: Office, words: SlipWords) -> list[Flowable]:
    facts = {
        "website": clean(office.website),
        "hotline": clean(office.hotline),
        "phone": clean(office.phone),
    }
    shown = [
        item.format(**facts)
        for item in words.notes.items
        if all(fact or f"{{{name}}}" not in item for name, fact in facts.items())
    ]
    if not shown:
        return []
    return [
        look.text(words.notes.heading, "heading"),
        *(look.text(f"- {item}", "note") for item in shown),
    ]


def _signatures(dossier: Dossier, office: Office, words: SlipWords) -> Table:
    signs = words.signatures
    receiver = signs.receiver_hint.format(station=clean(office.station))
    rows = [
        [look.text(signs.giver, "signature"), look.text(signs.receiver, "signature")],
        [look.text(signs.giver_hint, "centred"), look.text(receiver, "centred")],
        [Spacer(0, _SIGN_ROOM), Spacer(0, _SIGN_ROOM)],
        [look.text(clean(dossier.person.full_name, 200), "signature"), Spacer(0, 0)],
    ]
    return look.table(
        rows,
        [look.CONTENT / 2] * 2,
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    )
