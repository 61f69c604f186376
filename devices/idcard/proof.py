"""Whether the chip is the one that was issued: chip authentication where it offers it, else active
authentication (ICAO 9303-11 §6). Both prove something only for a public key that EF.SOD vouches for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from devices.fault import Fault
from devices.idcard import activeauth, chipauth, dg14, dg15
from devices.idcard.agreement import Random
from devices.idcard.apdu import Command, Response
from devices.idcard.api import OK, ChipResult, Finding, Step
from devices.idcard.securemessaging import TerminalChannel
from devices.idcard.session import SHORT, Session

PROOF_FAILED = "CHIP_PROOF_FAILED"
CHIP_AUTH = "0.4.0.127.0.7.2.2.3."
"""Dotted beginning of every way of chip authentication."""
MAX_OFFERS = 4
"""Ways of chip authentication tried while the chip refuses them."""
T = TypeVar("T")
Vouched = Callable[[int], bool]
"""Whether EF.SOD is soundly signed and holds this group's hash."""


class NewKeys:
    """The talk under the keys of chip authentication; they are proved by the first answer that verifies."""

    def __init__(self, channel: TerminalChannel) -> None:
        self._channel = channel
        self.proved = False

    def wrap(self, command: Command) -> Command:
        return self._channel.wrap(command)

    def unwrap(self, answer: Response) -> Response:
        opened = self._channel.unwrap(answer)
        self.proved = True
        return opened


class Prover:
    """One chip's proof. ``keys`` is there when chip authentication has run and waits to be proved."""

    def __init__(self, session: Session, random: Random, vouched: Vouched) -> None:
        self.keys: NewKeys | None = None
        self.detail = ""
        self._session = session
        self._random = random
        self._vouched = vouched
        self._warnings: list[str] = []

    def run(self, files: Mapping[int, bytes], withheld: bool, denied: bool) -> ChipResult:
        """The proof from DG14 and DG15 in ``files``; not done, with `keys`, while chip
        authentication isn't proved yet.

        ``withheld``: EF.SOD lists one of them and it couldn't be read. ``denied``: the chip says
        that it has none: who copies a card leaves out what would give the copy away. Raises `Fault`
        when the talk breaks.
        """
        infos = self._parsed(files, 14, dg14.parse)
        key = self._parsed(files, 15, dg15.parse)
        offered = [14] * bool(infos and infos.chip_auth) + [15] * bool(key)
        usable = [group for group in offered if self._vouched(group)]
        if not offered:
            return self._nothing(infos, withheld, denied)
        if not usable:
            return self._result("", Finding(Step.NOT_POSSIBLE, "KEY_NOT_SIGNED"))
        if 14 in usable and infos is not None:
            for offer in infos.chip_auth[:MAX_OFFERS]:
                if self._chip_auth(offer):
                    return self._result("CA", Finding())
        if 15 in usable and key is not None:
            hash_name = infos.active_auth_hash if infos is not None and self._vouched(14) else ""
            long = self._session.proved and self._session.blocks[0] > SHORT
            finding, detail = activeauth.prove(
                self._session.send, key, hash_name, self._random, long
            )
            self.detail = detail
            self._warnings += activeauth.weaknesses(key)
            return self._result("AA", finding)
        return self._result("CA", Finding(Step.FAILED, PROOF_FAILED))

    def proved(self) -> ChipResult:
        """After the first answer under the new keys."""
        return self._result("CA", OK)

    def _parsed(
        self, files: Mapping[int, bytes], group: int, parse: Callable[[bytes], T]
    ) -> T | None:
        try:
            return parse(files[group]) if group in files else None
        except Fault as fault:
            self._warnings.append(f"DG{group}: {fault.code}")
            return None

    def _nothing(
        self, infos: dg14.SecurityInfos | None, withheld: bool, denied: bool
    ) -> ChipResult:
        if denied:
            return self._result("", Finding(Step.FAILED, "KEY_WITHHELD"))
        if withheld:
            return self._result("", Finding(Step.NOT_POSSIBLE, "KEY_WITHHELD"))
        if self._warnings:
            return self._result("", Finding(Step.NOT_POSSIBLE, "KEY_UNREADABLE"))
        if infos is not None and any(oid.startswith(CHIP_AUTH) for oid in infos.others):
            return self._result("", Finding(Step.NOT_POSSIBLE, "KEY_UNSUPPORTED"))
        return self._result("", Finding(Step.NOT_DONE, "NOT_OFFERED"))

    def _chip_auth(self, offer: dg14.ChipAuth) -> bool:
        """Runs it; false when the chip refuses and the talk goes on under the old keys."""
        self.detail = offer.name
        try:
            channel = chipauth.run(self._session.send, offer, self._random)
        except Fault as fault:
            if fault.code not in ("CHIP_AUTH_REFUSED", "KEY_UNSUPPORTED"):
                raise
            self._warnings.append(f"CA: {fault.code}")
            return False
        self.keys = NewKeys(channel)
        self._session.rekey(self.keys)
        return True

    def _result(self, method: str, finding: Finding) -> ChipResult:
        return ChipResult(method, finding, self.detail, tuple(self._warnings))
