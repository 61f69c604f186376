"""Certificates of private authorities for tests (trustme), in files as the settings name them."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

DAY = timedelta(days=1)


class Authority:
    """A certificate authority of this test; what it issues lies in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = trustme.CA()
        self._number = 0
        self.file = self._new("authority")
        self._ca.cert_pem.write_to_path(str(self.file))

    def issue(self, name: str = "127.0.0.1", begin: timedelta = -DAY, end: timedelta = DAY) -> Path:
        """A file with key and chain for a server or a client."""
        now = datetime.now(UTC)
        made = self._ca.issue_cert(name, not_before=now + begin, not_after=now + end)
        file = self._new("issued")
        made.private_key_and_cert_chain_pem.write_to_path(str(file))
        return file

    def itself(self) -> Path:
        """The authority's own key and certificate: self-signed, as nobody vouches for it."""
        file = self._new("itself")
        file.write_bytes(self._ca.private_key_pem.bytes() + self._ca.cert_pem.bytes())
        return file

    def server(
        self, name: str = "127.0.0.1", begin: timedelta = -DAY, end: timedelta = DAY
    ) -> ssl.SSLContext:
        return served(self.issue(name, begin, end))

    def _new(self, kind: str) -> Path:
        self._number += 1
        return self._folder / f"{kind}-{id(self):x}-{self._number}.pem"


def served(file: Path) -> ssl.SSLContext:
    """What a server shows: key and chain from one file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def asking(context: ssl.SSLContext, authority: Authority) -> ssl.SSLContext:
    """The same server, which wants a client certificate of this authority."""
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.file)
    return context
