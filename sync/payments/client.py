"""The platform's three calls over the house's transport. One attempt each; nothing here tries again."""

from __future__ import annotations

import time
from dataclasses import dataclass

from kiosk.clock import Clock
from kiosk.settings import Office, Payments, SettingsError
from sync.payments import answers, messages
from sync.payments.answers import Refusal, Status, Unreadable
from sync.payments.messages import Order
from sync.portal.driver import AuthenticationFailed, Misconfigured, Refused, Unreachable, Untrusted
from sync.portal.transport import Failed, Reply, Transport, refusal


@dataclass(frozen=True)
class Page:
    """The platform opened a payment page."""

    url: str


@dataclass(frozen=True)
class Never:
    """The platform has certainly no payment: it said no, or nothing reached it."""

    why: str
    said: bool
    """Whether the platform said it."""


@dataclass(frozen=True)
class Unclear:
    """The platform may have it or not."""

    why: str


_NOTHING_OPENED = (Unreachable, Untrusted, Misconfigured, AuthenticationFailed)


class PlatformClient:
    """One connection, for one thread at a time; `close` is for any. Secrets are read at the first call."""

    def __init__(self, chosen: Payments, office: Office, clock: Clock) -> None:
        self._chosen = chosen
        self._office = office
        self._clock = clock
        self._secrets: tuple[str, str] | None = None
        self._transport = Transport(chosen.url, chosen.timeout_s, chosen.timeout_s)

    def close(self) -> None:
        """A running call ends soon, unclear; nothing is sent afterwards."""
        self._transport.close()

    def init(self, order: Order) -> Page | Never | Unclear:
        """Opens a payment page. Never raises for what settings, network or platform do."""
        try:
            secret, token = self._known()
            body = messages.init(order, self._chosen, self._office, secret, self._clock())
            url = answers.page(self._post(self._chosen.init_path, body, token))
        except SettingsError:
            return Never("settings", said=False)
        except Failed as failed:
            return _of_init(failed)
        except Unreadable as error:
            return Unclear(str(error))
        return Never(f"error_code {url.code}", said=True) if isinstance(url, Refusal) else Page(url)

    def query(self, reference: str) -> Status | Unclear:
        """What became of a payment; unclear is all that isn't plainly said."""
        try:
            secret, token = self._known()
            body = messages.query(reference, self._chosen, secret, self._clock())
            found = answers.status(
                self._post(self._chosen.query_path, body, token), reference, self._chosen
            )
        except SettingsError:
            return Unclear("settings")
        except Failed as failed:
            return Unclear(type(failed.outcome).__name__)
        except Unreadable as error:
            return Unclear(str(error))
        return Unclear(f"error_code {found.code}") if isinstance(found, Refusal) else found

    def bill(self, reference: str) -> bytes | Unclear:
        """The electronic receipt, a PDF of 1 MiB at most."""
        try:
            secret, token = self._known()
            body = messages.get_bill(reference, self._chosen, secret, self._clock())
            return answers.bill(self._post(self._chosen.bill_path, body, token))
        except SettingsError:
            return Unclear("settings")
        except Failed as failed:
            return Unclear(type(failed.outcome).__name__)
        except Unreadable as error:
            return Unclear(str(error))

    def _known(self) -> tuple[str, str]:
        if self._secrets is None:
            self._secrets = self._chosen.secrets()
        return self._secrets

    def _post(self, path: str, body: bytes, token: str) -> Reply:
        """The answer with a status of 200 to 299. Raises `Failed`."""
        headers: dict[str, str | bytes] = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}".encode(),
        }
        self._transport.bound(time.monotonic() + 2 * self._chosen.timeout_s)
        reply = self._transport.exchange(path, body, headers)
        if not 200 <= reply.status <= 299:
            raise Failed(refusal(reply))
        return reply


def _of_init(failed: Failed) -> Never | Unclear:
    """Only what was never sent, or refused by a word of the platform, is certain."""
    outcome, name = failed.outcome, type(failed.outcome).__name__
    if isinstance(outcome, _NOTHING_OPENED):
        return Never(name, said=False)
    if isinstance(outcome, Refused):
        return Never(f"HTTP {outcome.status}", said=True)
    return Unclear(name)
