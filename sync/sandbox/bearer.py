"""``Authorization: Bearer`` as the contract tells it: a login's session, and the payment platform's token."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sync.sandbox.problem import Problem

SESSION = HTTPBearer(
    scheme_name="session", description="The session of `/mapi/login`.", auto_error=False
)
PLATFORM = HTTPBearer(
    scheme_name="platform", description="The payment platform's token.", auto_error=False
)


def need(scheme: HTTPBearer, known: Callable[[str], bool]) -> Callable[..., None]:
    """A dependency that raises `Problem` 401 unless ``known`` knows what was sent."""

    # as a default: annotations are looked up by name, and `scheme` is no name of this module
    def logged_in(sent: HTTPAuthorizationCredentials | None = Security(scheme)) -> None:  # noqa: B008
        if sent is None or not known(sent.credentials):
            raise Problem(401, "session")

    return logged_in
