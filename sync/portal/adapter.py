"""The adapter API of the national portal as a driver: look up, push, believe or not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.settings import Portal
from sync.portal.answer import Answer
from sync.portal.driver import (
    CODE_TAKEN,
    Accepted,
    NotThePortal,
    Outcome,
    Outgoing,
    Poison,
    Received,
    Refused,
    TooEarly,
    UnknownOutcome,
    fault_code,
    is_trouble,
)
from sync.portal.proof import proof
from sync.portal.session import DOSSIER, LOOKUP, PROGRESS, PortalSession
from sync.portal.transport import Failed

_EXISTS = (3, -3)
"""Codes by which relays say that an inserted dossier exists; believed only after a lookup."""

_TAKEN = 409
"""Our sandbox's and relays' code for: this dossier came under another key."""

_TAKEN_FOR_LATER = 202
"""HTTP's word for: taken, not done yet."""

_KEY_REUSED = 422
"""Our sandbox's and relays' code for: this key came with other bytes before."""

_NOT_KNOWN = 4
"""Our sandbox's and relays' code for: no dossier of this code is here."""

_TOO_LARGE = 413
_LARGEST_BATCH = 1024 * 1024
"""Bytes of all bodies of one request."""


class AdapterDriver:
    """Pushes frozen bodies, the same key and bytes at every attempt.

    A dossier, where the portal is asked whether it took it (``confirmation`` lookup): ``TraCuuHoSo``, then
    ``DongBoHoSoMC`` as insert or update by its answer; "exists" turns an insert into an update, "not known"
    an update into an insert, once. An update only ever repeats our own lost push or replaces an own
    earlier revision: a dossier that the lookup finds under another key, or that it finds without a key at our
    first attempt, is another's, and refused with `CODE_TAKEN`. A progress step: ``TraCuuHoSo``, then
    ``CapNhatTienDoHoSoMC``.

    Where the portal echoes key and hash (``confirmation`` echo), it knows its own keys: the push goes first,
    repeated or not, and the look-up comes only after "exists" or "not known". There several items may
    share a request (``settings.portal.batch``); one that isn't accepted in it goes alone, and only what
    comes of that counts.

    Success is ``error_code`` 0 **and** that echo, or a lookup that finds the dossier. The words of a message
    never count.
    """

    def __init__(self, portal: Portal, agency: str, session: PortalSession | None = None) -> None:
        """``session``: a login shared with other parts of this courier; None makes an own one."""
        self._echo = portal.confirmation == "echo"
        self._batch = portal.batch if self._echo else 1
        self._session = session or PortalSession(portal, agency)

    def close(self) -> None:
        self._session.close()

    def bound(self, end: float | None) -> None:
        self._session.bound(end)

    @property
    def clock_offset_s(self) -> float | None:
        return self._session.clock_offset.seconds

    def check(self, cancel: Cancel) -> None:
        cancel.check()
        try:
            self._session.login()
        except Failed as failed:
            detail = getattr(failed.outcome, "detail", "")
            raise Fault(fault_code(failed.outcome), detail) from None
        cancel.check()

    def send(self, item: Outgoing) -> Outcome:
        try:
            if item.kind == "submit":
                return self._push_dossier(item)
            if item.kind == "progress":
                return self._push_progress(item)
        except Failed as failed:
            return failed.outcome
        return Poison("UNKNOWN_KIND", item.kind)

    @property
    def most(self) -> int:
        return self._batch

    def send_all(self, items: Sequence[Outgoing]) -> list[Outcome]:
        return self._in_turn([[*group] for group in _groups(items, self._batch)])

    def _in_turn(self, groups: Sequence[Sequence[Outgoing]]) -> list[Outcome]:
        """Group after group, until one meets trouble."""
        done: list[Outcome] = []
        for group in groups:
            found = self._send_group(group)
            done += found
            if any(is_trouble(one) for one in found):
                break
        return done

    def _send_group(self, group: Sequence[Outgoing]) -> list[Outcome]:
        """Like `send_all`, for items that may share a request."""
        if len(group) == 1:
            return [self.send(group[0])]
        try:
            answer, status = self._pushed_together(group)
        except Failed as failed:
            refused = isinstance(failed.outcome, Refused)
            if refused and getattr(failed.outcome, "status", None) == _TOO_LARGE:
                half = len(group) // 2
                return self._in_turn([group[:half], group[half:]])
            if refused or getattr(failed.outcome, "logged_in", False):
                return self._in_turn([[item] for item in group])  # it may be about one of them
            return [failed.outcome] * len(group)
        return self._judged(group, answer, status)

    def _judged(self, group: Sequence[Outgoing], answer: Answer, status: int) -> list[Outcome]:
        """What a batch's answer says of each; nothing certain: that one goes alone.

        All of them were pushed: one that can't go alone any more because of trouble has an unknown outcome.
        """
        done, in_trouble = [], False
        for item in group:
            outcome = self._part(item, answer, status)
            if outcome is None and in_trouble:
                outcome = UnknownOutcome("the answer to the batch doesn't tell", status)
            elif outcome is None:
                outcome = self.send(item)
                in_trouble = is_trouble(outcome)
            done.append(outcome)
        return done

    def _part(self, item: Outgoing, answer: Answer, status: int) -> Outcome | None:
        part = answer.part(item.key, hashlib.sha256(item.body).hexdigest(), item.dossier_code)
        if answer.code != 0 or part is None:
            return None
        if status == _TAKEN_FOR_LATER:
            return Received("HTTP 202", status)
        return Accepted(part.raw, status)

    def _pushed_together(self, group: Sequence[Outgoing]) -> tuple[Answer, int]:
        updating = {"isUpdating": "False"} if group[0].kind == "submit" else {}
        keys = {"keys": [item.key for item in group]}
        service = DOSSIER if group[0].kind == "submit" else PROGRESS
        try:
            return self._session.call(service, {**updating, **keys}, [item.body for item in group])
        except Failed as failed:
            raise Failed(_after_push(failed.outcome)) from None

    def _push_dossier(self, item: Outgoing) -> Outcome:
        updating = bool(item.replaces) if self._echo else self._ours(item)
        answer, status = self._write(item, updating)
        if self._other_way(item, updating, answer):
            answer, status = self._write(item, not updating)
        if answer.code != 0:
            return self._refused(answer, status)
        if status == _TAKEN_FOR_LATER:
            return Received("HTTP 202", status)
        if self._echo:
            return self._echoed(item, answer, status)
        if self._known(item):
            return Accepted(answer.raw, status)
        return Received("error_code 0, but the lookup doesn't find the dossier yet", status)

    def _other_way(self, item: Outgoing, updating: bool, answer: Answer) -> bool:
        """Whether the portal's view of the dossier differs from what the lookup said before."""
        if answer.code == 0 or answer.code == _KEY_REUSED:
            return False
        if updating:
            return not self._ours(item)
        return answer.code in _EXISTS and self._ours(item)

    def _push_progress(self, item: Outgoing) -> Outcome:
        if not self._echo and not self._known(item):
            return TooEarly("the portal doesn't know the dossier yet")
        answer, status = self._pushed(PROGRESS, {}, item)
        if self._echo and answer.code == _NOT_KNOWN and not self._known(item):
            return TooEarly("the portal doesn't know the dossier yet", status)
        if answer.code != 0:
            return self._refused(answer, status)
        if status == _TAKEN_FOR_LATER:
            return Received("HTTP 202", status)
        return self._echoed(item, answer, status) if self._echo else Accepted(answer.raw, status)

    def _known(self, item: Outgoing) -> bool:
        answer, _ = self._session.call(LOOKUP, {"mahoso": item.dossier_code})
        return answer.code == 0 and answer.names(item.dossier_code)

    def _ours(self, item: Outgoing) -> bool:
        """Whether the portal holds this dossier from an earlier attempt. Raises `Failed` when it is another's."""
        answer, status = self._session.call(LOOKUP, {"mahoso": item.dossier_code})
        if answer.code != 0 or not answer.names(item.dossier_code):
            return False
        holder = answer.holder(item.dossier_code)
        known = (item.key, *item.replaces)
        if holder in known if holder else item.attempts > 1 or item.replaces:
            return True
        raise Failed(Refused(CODE_TAKEN, "", status))

    def _write(self, item: Outgoing, updating: bool) -> tuple[Answer, int]:
        arguments = {"isUpdating": "True" if updating else "False"}
        return self._pushed(DOSSIER, arguments, item)

    def _pushed(
        self, service: str, arguments: dict[str, str], item: Outgoing
    ) -> tuple[Answer, int]:
        self._session.ready()  # what answers a login has not got a push
        try:
            return self._session.call(service, arguments, [item.body], proof(item))
        except Failed as failed:
            raise Failed(_after_push(failed.outcome)) from None

    def _echoed(self, item: Outgoing, answer: Answer, status: int) -> Outcome:
        sha256 = hashlib.sha256(item.body).hexdigest()
        if answer.echoes(item.key, sha256, item.dossier_code):
            return Accepted(answer.raw, status)
        self._session.hang_up()  # it may be the answer to something else, and then so is the next one
        return NotThePortal("the answer doesn't echo key and hash", status, pushed=True)

    def _refused(self, answer: Answer, status: int) -> Outcome:
        if answer.code == _KEY_REUSED and self._echo:
            return Poison("KEY_REUSED", answer.message[:1000], status)
        if answer.code == _TAKEN and self._echo:
            return Refused(CODE_TAKEN, answer.message[:1000], status)
        return Refused(str(answer.code), answer.message[:1000], status)


def _groups(items: Sequence[Outgoing], most: int) -> Iterator[list[Outgoing]]:
    """Items in their order, those together that may share a request: one kind, no update among them."""
    group: list[Outgoing] = []
    for item in items:
        size = sum(len(one.body) for one in group) + len(item.body)
        alone = bool(item.replaces) or item.kind not in ("submit", "progress")
        fits = group and len(group) < most and size <= _LARGEST_BATCH
        if group and (alone or not fits or _kind(group[-1]) != _kind(item)):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _kind(item: Outgoing) -> tuple[str, tuple[str, ...]]:
    """Equal for items that may share a request."""
    return item.kind, item.replaces


def _after_push(outcome: Outcome) -> Outcome:
    return replace(outcome, pushed=True) if isinstance(outcome, NotThePortal) else outcome
