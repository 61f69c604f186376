"""``/theo-doi``: anybody follows a dossier by its code, without login and without scripts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from kiosk.dossiers.code import normalise
from sync.sandbox.database import Database
from sync.sandbox.pages.markup import Markup, h, joined, page, style
from sync.sandbox.pages.view import Shown, Step, reason, shown
from sync.sandbox.pages.words import Language, moment, next_step, say, stamped, state_name
from sync.sandbox.states import NEEDS_REASON, State

BURST = 120
"""Look-ups at once; then one a second. Codes are easy to guess, so guessing must be slow."""


class Bucket:
    """A token bucket. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left = float(BURST)
        self._at = clock()

    def take(self) -> bool:
        with self._lock:
            at = self._clock()
            self._left = min(BURST, self._left + at - self._at)
            self._at = at
            if self._left < 1:
                return False
            self._left -= 1
            return True


def router(database: Database) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    bucket = Bucket()

    @routes.get("/theo-doi/style.css")
    def sheet() -> Response:
        return Response(style(), media_type="text/css", headers={"Cache-Control": "max-age=300"})

    @routes.get("/theo-doi")
    def follow(
        ma: Annotated[str, Query(max_length=200)] = "",
        lang: Annotated[str, Query(max_length=8)] = "vi",
    ) -> HTMLResponse:
        language: Language = "en" if lang == "en" else "vi"
        if not ma.strip():
            return _framed(language, "", _form(language, ""), 200)
        if not bucket.take():
            return _missed(language, ma, "busy", "busy_more", 429)
        code = normalise(ma)
        if code is None:
            return _missed(language, ma, "form", "hint", 404)
        with database.reading() as rows:
            found = shown(rows, code)
        if found is None:
            return _missed(language, ma, "unknown", "unknown_more", 404)
        return _framed(language, code, _dossier(language, found), 200)

    return routes


def _framed(language: Language, code: str, body: Markup, status: int) -> HTMLResponse:
    other = "vi" if language == "en" else "en"
    whole = h(
        _PAGE,
        language=language,
        other=other,
        ma=code,
        skip=say("skip", language),
        portal=say("portal", language),
        not_real=say("not_real", language),
        switch=say("other", language),
        body=body,
    )
    title = f"{code} – {say('title', language)}" if code else say("title", language)
    return page(language, title, whole, status)


def _missed(language: Language, typed: str, what: str, more: str, status: int) -> HTMLResponse:
    note = h(_NOTE, kind="", head=say(what, language), text=say(more, language))
    return _framed(language, "", Markup(_form(language, typed, note)), status)


def _form(language: Language, typed: str, note: str = "") -> Markup:
    return h(
        _FORM,
        language=language,
        typed=typed[:60],
        note=note,
        **{key: say(key, language) for key in ("title", "code", "hint", "look")},
    )


def _dossier(language: Language, found: Shown) -> Markup:
    facts = (  # the last: the language of what came from the office
        ("state", state_name(found.state, language), language),
        ("procedure", found.procedure, "vi"),
        ("owner", found.owner, "vi"),
        ("received", stamped(found.received), language),
        ("due", stamped(found.due), language),
        ("office", found.office, "vi"),
    )
    rows = [
        h(_FACT, name=say(name, language), value=value, spoken=spoken)
        for name, value, spoken in facts
        if value
    ]
    return h(
        _DOSSIER,
        language=language,
        code=found.code,
        notes=joined(_notes(language, found)),
        facts=joined(rows),
        steps=joined(_step(language, step, found) for step in found.steps),
        **{f"{key}_word": say(key, language) for key in ("steps", "again", "code")},
    )


def _notes(language: Language, found: Shown) -> list[Markup]:
    notes = []
    why = reason(found)
    if why:
        kind = "bad" if found.state is State.NOT_RECEIVED else ""
        notes.append(h(_NOTE, kind=kind, head=say("reason", language), text=h(_SAID, words=why)))
    todo = next_step(found.state, language)
    if todo:
        notes.append(h(_NOTE, kind="", head=say("next", language), text=todo))
    return notes


def _step(language: Language, step: Step, found: Shown) -> Markup:
    past = [one for one in found.steps if one.at is not None]
    newest = bool(past) and step is past[-1]
    if step.at is None:
        kind, when = "ahead", h("<time>{text}</time>", text=say("ahead", language))
    else:
        kind = _kind(step.state, newest=newest)
        when = h("<time>{text}</time>", text=moment(step.at))
    return h(
        _STEP,
        kind=kind,
        current=Markup(' aria-current="step"' if newest else ""),
        name=state_name(step.state, language),
        when=when,
        words=h('<span class="words" lang="vi">{words}</span>', words=step.words)
        if step.words
        else "",
    )


def _kind(state: State, *, newest: bool) -> str:
    if not newest:
        return "past"
    if state in (State.SUPPLEMENT, State.TO_PAY):
        return "waiting"
    if state in NEEDS_REASON:
        return "stopped"
    return "past" if state is State.HANDED_OVER else "now"


_PAGE = """<a class="skip" href="#main">{skip}</a>
<p class="sandbox" role="note">{not_real}</p>
<header class="bar">
<p class="brand">{portal}</p>
<a href="/theo-doi?ma={ma}&amp;lang={other}" lang="{other}" hreflang="{other}">{switch}</a>
</header>
<main id="main">
{body}
</main>"""
_FORM = """<h1>{title}</h1>
{note}
<form class="card" method="get" action="/theo-doi" role="search">
<label for="ma">{code}</label>
<input class="code" type="text" id="ma" name="ma" value="{typed}" required maxlength="60"
 autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="hint">
<p class="hint" id="hint">{hint}</p>
<input type="hidden" name="lang" value="{language}">
<button type="submit">{look}</button>
</form>"""
_NOTE = '<div class="note {kind}" role="status"><strong>{head}</strong>{text}</div>'
_FACT = '<dt>{name}</dt><dd lang="{spoken}">{value}</dd>'
_SAID = '<span lang="vi">{words}</span>'
_DOSSIER = """<h1><span class="hint">{code_word}</span><br>{code}</h1>
{notes}
<dl class="facts card">{facts}</dl>
<h2>{steps_word}</h2>
<ol class="steps">{steps}</ol>
<p><a href="/theo-doi?lang={language}">{again_word}</a></p>"""
_STEP = '<li class="{kind}"{current}><b>{name}</b>{when}{words}</li>'
