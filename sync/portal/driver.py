"""What a way to the portal does, and the closed set of what can come of one attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from devices.cancel import Cancel


class Outgoing(Protocol):
    """The part of an outbox item that a driver needs; ``body`` is sent as it is."""

    @property
    def key(self) -> str:
        """Idempotency key, the same for every attempt."""
        ...

    @property
    def dossier_code(self) -> str: ...

    @property
    def kind(self) -> str:
        """``submit`` or ``progress``."""
        ...

    @property
    def body(self) -> bytes: ...

    @property
    def attempts(self) -> int:
        """How often it was sent, this time included: 1 at the first attempt."""
        ...

    @property
    def replaces(self) -> tuple[str, ...]:
        """Keys of earlier revisions that the portal may hold, the youngest first."""
        ...


CODE_TAKEN = "CODE_TAKEN"
"""Code of the refusal when the dossier code belongs to another dossier at the portal."""

ATTACHMENT_TOO_LARGE = "ATTACHMENT_TOO_LARGE"
"""Code of the refusal when the portal doesn't take a file of this size."""

_SPEAKING = (CODE_TAKEN, ATTACHMENT_TOO_LARGE, "ATTACHMENT_LOST", "ATTACHMENT_DAMAGED")
"""Codes of refusals and poison that have sentences of their own."""


@dataclass(frozen=True, repr=False)
class Accepted:
    """The portal has it, and said so in a way we believe. ``receipt`` is its whole answer."""

    receipt: bytes
    status: int = 200

    def __repr__(self) -> str:
        return f"Accepted({self.status}, {len(self.receipt)} bytes)"


@dataclass(frozen=True)
class Received:
    """The portal says that it took the message (HTTP 202, or 0 without a dossier to be found yet).

    That is no receipt: it is asked again under the same key until there is one.
    """

    detail: str = ""
    status: int | None = None


@dataclass(frozen=True)
class Busy:
    """429, 503, other 5xx or 409: the portal is there and asks to come again.

    ``moved``: this attempt brought more of its files there than any before, so it isn't counted.
    """

    status: int
    retry_after_s: float | None = None
    detail: str = ""
    moved: bool = False


@dataclass(frozen=True)
class Unreachable:
    """No connection came about; the portal has certainly not got it."""

    detail: str = ""


@dataclass(frozen=True)
class Untrusted:
    """The portal's certificate doesn't hold (expired, another's …), or ours isn't taken.

    ``clock``: very likely because this machine's date and time are wrong. ``code``: whose sentences people
    are shown otherwise.
    """

    detail: str = ""
    clock: bool = False
    code: str = "PORTAL_CERTIFICATE"


@dataclass(frozen=True)
class Misconfigured:
    """An address, a header or a file from the settings can't be used; nothing was sent."""

    detail: str = ""
    code: str = "PORTAL_SETTINGS"


@dataclass(frozen=True)
class UnknownOutcome:
    """Sent, but no whole answer came back: it may be there or not. Same key, same bytes again.

    ``moved``: as with `Busy`.
    """

    detail: str = ""
    status: int | None = None
    moved: bool = False


@dataclass(frozen=True)
class NotThePortal:
    """Somebody else answered: a login page of the network, a proxy, a wrong address.

    ``pushed``: it answered a push, so that the portal may have got it all the same.
    """

    detail: str = ""
    status: int | None = None
    pushed: bool = False


@dataclass(frozen=True)
class AuthenticationFailed:
    """The portal doesn't take the station's account, also after a new login.

    ``logged_in``: the login itself was taken, only the call was not; that may be about one item.
    """

    detail: str = ""
    status: int | None = None
    logged_in: bool = False


@dataclass(frozen=True)
class TooEarly:
    """A progress step of a dossier that the portal doesn't know yet."""

    detail: str = ""
    status: int | None = None


@dataclass(frozen=True)
class Incomplete:
    """The portal took the message but has not got every file it names: they are uploaded anew."""

    detail: str = ""
    status: int | None = None


@dataclass(frozen=True)
class Refused:
    """The portal read this item and said no: a person must decide. ``message`` is the portal's own.

    With `CODE_TAKEN` it is ours: the portal holds another dossier under this code.
    """

    code: str
    message: str = ""
    status: int | None = None


@dataclass(frozen=True)
class Poison:
    """Our own defect: damaged bytes, or the key was used with other bytes. Never sent again by itself."""

    code: str
    detail: str = ""
    status: int | None = None


Outcome = (
    Accepted
    | Received
    | Busy
    | Unreachable
    | Untrusted
    | Misconfigured
    | UnknownOutcome
    | NotThePortal
    | AuthenticationFailed
    | TooEarly
    | Incomplete
    | Refused
    | Poison
)


class PortalDriver(Protocol):
    """One way to one portal. Blocks for at most its time-outs; used by one thread at a time."""

    def send(self, item: Outgoing) -> Outcome:
        """One attempt. Never raises for what the network or the portal does."""
        ...

    def check(self, cancel: Cancel) -> None:
        """Logs in anew, to see whether the portal is there and takes the account.

        Raises `Fault` (``PORTAL_DOWN``, ``PORTAL_BUSY``, ``PORTAL_SLOW``, ``PORTAL_NOT_THE_PORTAL``,
        ``PORTAL_CERTIFICATE``, ``PORTAL_CLOCK``, ``PORTAL_SETTINGS``, ``PORTAL_LOGIN_FAILED``, ``PORTAL_REFUSED``) and `Cancelled`.
        """
        ...


@runtime_checkable
class Batching(Protocol):
    """A driver that can carry several items in one request, each with its own key and its own result."""

    @property
    def most(self) -> int:
        """How many items at once are of use; 1 where the portal takes them one by one."""
        ...

    def send_all(self, items: Sequence[Outgoing]) -> list[Outcome]:
        """One attempt for each, in their order; like `PortalDriver.send` it never raises.

        Fewer outcomes than items: the others were not tried, because the last outcome is about the line or
        the portal as a whole. What befell a whole request is one object, given for each of its items.
        """
        ...


@runtime_checkable
class Endable(Protocol):
    """A driver whose sends can be cut short; what was cut is an `UnknownOutcome`."""

    def bound(self, end: float | None) -> None:
        """No request lasts beyond this moment of `time.monotonic`; None: only its own time-outs count."""
        ...

    def close(self) -> None:
        """From any thread, for good: a running request ends soon, nothing is sent afterwards."""
        ...


@runtime_checkable
class Timed(Protocol):
    """A driver that learns from the answers how far this machine's clock is off."""

    @property
    def clock_offset_s(self) -> float | None:
        """Seconds to be added to this machine's time; None while nothing is known."""
        ...


def is_trouble(outcome: Outcome) -> bool:
    """Whether it is about the line or the portal and not about the item: what would come next has no better luck."""
    return isinstance(
        outcome,
        Unreachable
        | Untrusted
        | Misconfigured
        | NotThePortal
        | AuthenticationFailed
        | UnknownOutcome
        | Busy,
    )


def fault_code(outcome: Outcome) -> str:
    """The code whose sentences people are shown for an outcome; empty for `Accepted`."""
    if isinstance(outcome, Refused | Poison) and outcome.code in _SPEAKING:
        return outcome.code
    if isinstance(outcome, Untrusted) and outcome.clock:
        return "PORTAL_CLOCK"
    if isinstance(outcome, Untrusted | Misconfigured):
        return outcome.code
    codes: dict[type, str] = {
        Accepted: "",
        Received: "PORTAL_PENDING",
        Busy: "PORTAL_BUSY",
        Unreachable: "PORTAL_DOWN",
        UnknownOutcome: "PORTAL_SLOW",
        NotThePortal: "PORTAL_NOT_THE_PORTAL",
        AuthenticationFailed: "PORTAL_LOGIN_FAILED",
        TooEarly: "PORTAL_TOO_EARLY",
        Incomplete: "PORTAL_INCOMPLETE",
        Refused: "PORTAL_REFUSED",
        Poison: "MESSAGE_UNFIT",
    }
    return codes[type(outcome)]
