"""The key pair of an office: stations seal their bundles with the public half, the office opens them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError
from kiosk.store import envelope

_DEMO = hashlib.sha256(b"mot-cua: the office of the demo, whose people are synthetic").digest()


def make(file: Path, passphrase: str) -> dict[str, object]:
    """Makes a pair: the private half goes into the file (0600, under the passphrase), the public half into
    every station's settings.

    Raises `SettingsError` without a passphrase, `Fault` SYSTEM_REFUSED when the file is there already or
    can't be written.
    """
    if not passphrase:
        raise SettingsError("a passphrase is needed")
    key = X25519PrivateKey.generate()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(envelope.private_pem(key, passphrase))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise Fault("SYSTEM_REFUSED", f"{file.name}: {error.strerror}") from error
    return {
        "event": "office_key_made",
        "file": str(file),
        "export_key": envelope.public_text(key),
        "id": envelope.key_id(key.public_key()).hex(),
    }


def load(file: Path, passphrase: str) -> X25519PrivateKey:
    """The private half. Raises `SettingsError` for a file that can't be read, `Fault` BUNDLE_KEY_OTHER."""
    try:
        with file.open("rb") as stream:
            pem = stream.read(envelope.LARGEST_KEY_FILE)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from error
    return envelope.private_key(pem, passphrase)


def recipient(settings: Settings) -> X25519PublicKey:
    """Whom this station's bundles are for. Raises `Fault` BUNDLE_KEY_MISSING when the settings don't say."""
    if settings.vault.export_key:
        try:
            return envelope.public_key(settings.vault.export_key)
        except ValueError as error:
            raise SettingsError("vault.export_key: not an X25519 public key") from error
    key = of_demo(settings)
    if key is None:
        raise Fault("BUNDLE_KEY_MISSING", "vault.export_key")
    return key.public_key()


def of_demo(settings: Settings) -> X25519PrivateKey | None:
    """The demo office's own key, known to everybody; None outside the demo."""
    return X25519PrivateKey.from_private_bytes(_DEMO) if settings.demo else None
