"""TLS to the portal: whose word counts, who we are, and what the refusals of OpenSSL mean.

Trust comes from the system's own store (what ``update-ca-certificates`` or Windows manage), or only from
``ca_file``. A certificate of ours is shown where the settings name one.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from kiosk.settings import Portal
from sync.portal.driver import Misconfigured, Outcome, Untrusted

EXPIRED = "certificate expired"
NOT_YET_VALID = "certificate not yet valid"
OTHER_HOST = "certificate of another host"
SELF_SIGNED = "self-signed certificate"
UNKNOWN_AUTHORITY = "certificate of an unknown authority"
OURS_MISSING = "the portal asks for our certificate"
OURS_EXPIRED = "our certificate expired"
OURS_REFUSED = "our certificate refused"

FILES = "PORTAL_TLS_FILES"
"""Code of the fault when a file that TLS needs can't be used."""

_THEIRS = (
    ("certificate is not yet valid", NOT_YET_VALID, "PORTAL_CLOCK"),
    ("certificate has expired", EXPIRED, "PORTAL_CERTIFICATE_EXPIRED"),
    ("certificate is not valid for", OTHER_HOST, "PORTAL_CERTIFICATE_HOST"),
    # before the plain words, which these hold
    (
        "self-signed certificate in certificate chain",
        UNKNOWN_AUTHORITY,
        "PORTAL_CERTIFICATE_UNKNOWN",
    ),
    (
        "self signed certificate in certificate chain",
        UNKNOWN_AUTHORITY,
        "PORTAL_CERTIFICATE_UNKNOWN",
    ),
    ("self-signed certificate", SELF_SIGNED, "PORTAL_CERTIFICATE_SELF_SIGNED"),
    ("self signed certificate", SELF_SIGNED, "PORTAL_CERTIFICATE_SELF_SIGNED"),
    ("unable to get local issuer", UNKNOWN_AUTHORITY, "PORTAL_CERTIFICATE_UNKNOWN"),
    ("unable to get issuer", UNKNOWN_AUTHORITY, "PORTAL_CERTIFICATE_UNKNOWN"),
    ("unable to verify the first", UNKNOWN_AUTHORITY, "PORTAL_CERTIFICATE_UNKNOWN"),
)
"""Words of OpenSSL's X509_verify_cert_error_string (1.1 to 3.x) about the portal's certificate."""

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_ALERT = re.compile(r"alert (?P<why>[a-z ]+)")
_OURS = {
    "certificate required": (OURS_MISSING, "PORTAL_OUR_CERTIFICATE_MISSING"),
    "handshake failure": (OURS_MISSING, "PORTAL_OUR_CERTIFICATE_MISSING"),
    "certificate expired": (OURS_EXPIRED, "PORTAL_OUR_CERTIFICATE_EXPIRED"),
    "unknown ca": (OURS_REFUSED, "PORTAL_OUR_CERTIFICATE"),
    "bad certificate": (OURS_REFUSED, "PORTAL_OUR_CERTIFICATE"),
    "certificate unknown": (OURS_REFUSED, "PORTAL_OUR_CERTIFICATE"),
    "certificate revoked": (OURS_REFUSED, "PORTAL_OUR_CERTIFICATE"),
    "unsupported certificate": (OURS_REFUSED, "PORTAL_OUR_CERTIFICATE"),
    "access denied": (OURS_REFUSED, "PORTAL_OUR_CERTIFICATE"),
    "decrypt error": (OURS_REFUSED, "PORTAL_OUR_CERTIFICATE"),
}
"""Alerts of RFC 8446 section 6.2 with which the portal refuses us. A server of TLS 1.2 that misses our
certificate says no more than "handshake failure"."""


@dataclass(frozen=True)
class Tls:
    """Files in PEM; empty names: the system's store, and no certificate of ours.

    ``key`` may be empty where ``certificate`` holds the key, too.
    """

    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @staticmethod
    def of(portal: Portal) -> Tls:
        """As the settings say."""
        return Tls(*portal.tls_files)

    def stamp(self) -> tuple[tuple[int, int, int] | None, ...]:
        """Changes when a file does: certificates are renewed while the program runs."""
        return tuple(_stamp(one) for one in (self.ca_file, self.certificate, self.key))

    def context(self) -> ssl.SSLContext:
        """Raises `Unusable` when a file can't be used. Host names are checked, TLS is 1.2 at least."""
        try:
            made = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ValueError) as error:
            raise Unusable("ca_file", error) from None
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certificate is not None:
            try:
                # a password is asked for by nobody: without the callback OpenSSL would ask the terminal
                made.load_cert_chain(self.certificate, self.key, password=lambda: b"")
            except (OSError, ValueError) as error:
                raise Unusable(self._guilty(error), error) from None
        return made

    def _guilty(self, error: Exception) -> str:
        """The setting whose file it is."""
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH" or self._has_certificate():
            return "client_key_file" if self.key is not None else "client_certificate_file"
        return "client_certificate_file"

    def _has_certificate(self) -> bool:
        try:
            return self.certificate is not None and _BEGIN in self.certificate.read_bytes()
        except OSError:
            return False


class Unusable(Exception):
    """A file that the settings name can't be used. ``outcome`` names the setting, never what is in the file."""

    def __init__(self, setting: str, error: Exception) -> None:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None)
        super().__init__(f"{setting}: {why or type(error).__name__}")
        self.outcome = Misconfigured(str(self), FILES)


def judged(words: str) -> Outcome | None:
    """What OpenSSL's words say of a certificate, the portal's or ours; None when they say nothing of one."""
    alert = _ALERT.search(words.lower().replace("_", " "))
    if alert is not None:
        for why, (detail, code) in _OURS.items():
            if alert["why"].startswith(why):
                return Untrusted(detail, code=code)
    for said, detail, code in _THEIRS:
        if said in words:
            return Untrusted(detail, clock=detail == NOT_YET_VALID, code=code)
    if "CERTIFICATE_VERIFY_FAILED" in words or "CertificateError" in words:
        return Untrusted("certificate doesn't hold")
    return None


def _stamp(file: Path | None) -> tuple[int, int, int] | None:
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None
