"""Who keeps the station's master keys: systemd's credentials, Windows' DPAPI, or a file of our own.

The keys stand in one small text, the ring: a first line that names the form, then one key a line in base64,
the newest last. A keeper stores the ring as a whole and never writes over one it hasn't read.
"""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from kiosk.faults import Fault
from kiosk.store import dpapi
from kiosk.store.files import name_once, sync_folder
from kiosk.store.vault import KEY_BYTES, Vault

CREDENTIAL = "mot-cua-vault"
"""The name under which systemd gives the ring to the service."""

_FIRST_LINE = "mot-cua vault keys 1"
_LARGEST = 64 * 1024
_PATIENCE_S = 30.0

Keys = list[bytes]
_log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Keeps the ring. Each raises `Fault` VAULT_NO_KEEPER when it can't be asked, DISK_FULL when it can't write."""

    name: str
    """Stable, for the doctor: ``file``, ``systemd``, ``dpapi``."""

    def load(self) -> Keys | None:
        """The keys, or None when none were made yet. Raises `Fault` VAULT_KEY_OTHER for a damaged ring."""

    def make(self, keys: Sequence[bytes]) -> None:
        """Stores the first ring durably. One that is there already stays: load again."""

    def replace(self, keys: Sequence[bytes]) -> None:
        """Stores a ring that holds more keys than before, whole or not at all."""


def keeper_of(kind: str, folder: Path, *, demo: bool) -> Keeper:
    """The keeper that the settings ask for (``vault.key``), for this state folder."""
    if kind == "file" or (kind == "auto" and demo):
        return FileKeeper(folder / "vault.key")
    if kind == "dpapi" or (kind == "auto" and sys.platform == "win32"):
        return DpapiKeeper(folder / "vault.dpapi")
    return SystemdKeeper(folder / "vault.cred")


def open_vault(keeper: Keeper, needed: Sequence[str]) -> Vault:
    """The vault with the station's keys; the first is made now where nothing was ever sealed.

    ``needed``: ids of keys that sealed something in the store. Raises `Fault` VAULT_KEY_MISSING or
    VAULT_KEY_OTHER when they aren't there, and then has written nothing.
    """
    keys = keeper.load()
    if keys is None:
        if needed:
            raise Fault("VAULT_KEY_MISSING", f"{keeper.name}: key {needed[-1]}")
        keeper.make([secrets.token_bytes(KEY_BYTES)])
        keys = keeper.load()  # another process may have been faster
    if not keys:
        raise Fault("VAULT_NO_KEEPER", f"{keeper.name}: the key was not kept")
    vault = Vault(keys)
    check(vault, needed)
    return vault


def check(vault: Vault, needed: Sequence[str]) -> None:
    """Raises `Fault` VAULT_KEY_OTHER when the vault lacks one of these keys."""
    lacking = [one for one in needed if one not in vault.ids]
    if lacking:
        raise Fault("VAULT_KEY_OTHER", f"needed {lacking[-1]}, there is {vault.ids[-1]}")


def rotate(keeper: Keeper) -> Vault:
    """Adds a key, with which everything is sealed from now on; what is there stays readable.

    Raises `Fault` VAULT_KEY_MISSING when there is no key yet.
    """
    keys = keeper.load()
    if not keys:
        raise Fault("VAULT_KEY_MISSING", keeper.name)
    keys.append(secrets.token_bytes(KEY_BYTES))
    keeper.replace(keys)
    return Vault(keys)


def tidy(keeper: Keeper) -> None:
    """Removes copies of the ring that a cut-off write left, and closes a key file that others may open.

    For the start, under the state lock, when the ring was read: then no copy is the only one.
    """
    if not isinstance(keeper, _Wrapped) or not keeper.file.exists():
        return
    try:
        for part in keeper.file.parent.glob(f".{keeper.file.name}-*"):
            part.unlink(missing_ok=True)
        if os.name != "nt" and keeper.file.stat().st_mode & 0o077:
            _log.warning("others could open %s: closed now; think of a new key", keeper.file.name)
            keeper.file.chmod(0o600)
    except OSError as error:  # the station works all the same; the doctor goes on telling
        _log.warning("%s not tidied: %s", keeper.file.name, error.strerror)


def written(keys: Sequence[bytes]) -> bytes:
    """The ring as it is stored."""
    return "\n".join([_FIRST_LINE, *(b64encode(key).decode() for key in keys), ""]).encode()


def read(ring: bytes) -> Keys:
    """The keys of a stored ring. Raises `Fault` VAULT_KEY_OTHER for anything else."""
    try:
        first, *lines = ring.decode("ascii").splitlines()
        keys = [b64decode(line, validate=True) for line in lines]
    except ValueError:  # also for nothing at all
        raise Fault("VAULT_KEY_OTHER", "not a ring of keys") from None
    if first != _FIRST_LINE or not keys or any(len(key) != KEY_BYTES for key in keys):
        raise Fault("VAULT_KEY_OTHER", "not a ring of keys")
    return keys


class _Wrapped:
    """A file that holds the ring as the keeper's system wrapped it."""

    name = ""

    def __init__(self, file: Path) -> None:
        self.file = file

    def load(self) -> Keys | None:
        try:
            with self.file.open("rb") as stream:
                wrapped = stream.read(_LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Fault("VAULT_NO_KEEPER", f"{self.file.name}: {error.strerror}") from error
        return read(self._unwrap(wrapped))

    def make(self, keys: Sequence[bytes]) -> None:
        self._store(self._wrap(written(keys)), _link)

    def replace(self, keys: Sequence[bytes]) -> None:
        self._store(self._wrap(written(keys)), os.replace)

    def _wrap(self, ring: bytes) -> bytes:
        return ring

    def _unwrap(self, wrapped: bytes) -> bytes:
        return wrapped

    def _store(self, wrapped: bytes, settle: Callable[[Path, Path], object]) -> None:
        part = self.file.with_name(f".{self.file.name}-{secrets.token_hex(4)}")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(wrapped)
                stream.flush()
                os.fsync(stream.fileno())
            settle(part, self.file)
            sync_folder(self.file.parent)
        except OSError as error:
            raise Fault("DISK_FULL", f"{self.file.name}: {error.strerror}") from error
        finally:
            part.unlink(missing_ok=True)


class FileKeeper(_Wrapped):
    """The ring in a file of this user alone (0600). Whoever takes the disk has key and data: basic protection."""

    name = "file"


class DpapiKeeper(_Wrapped):
    """The ring wrapped by Windows for this machine."""

    name = "dpapi"

    def _wrap(self, ring: bytes) -> bytes:
        return dpapi.protect(ring)

    def _unwrap(self, wrapped: bytes) -> bytes:
        return dpapi.unprotect(wrapped)


class SystemdKeeper(_Wrapped):
    """The ring as a credential: one that the service is given, else one wrapped beside the store.

    The service's comes by ``LoadCredentialEncrypted=mot-cua-vault`` in ``$CREDENTIALS_DIRECTORY``. Without it
    ``systemd-creds`` wraps the ring for this host (and its TPM, where there is one), which needs the rights to
    the host's secret.
    """

    name = "systemd"

    def load(self) -> Keys | None:
        given = self._given()
        if given is None:
            return super().load()
        try:
            with given.open("rb") as stream:
                return read(stream.read(_LARGEST))
        except OSError as error:
            raise Fault("VAULT_NO_KEEPER", f"credential: {error.strerror}") from error

    def replace(self, keys: Sequence[bytes]) -> None:
        if self._given() is not None:
            raise Fault("VAULT_NO_KEEPER", "the service manager keeps the key")
        super().replace(keys)

    def _given(self) -> Path | None:
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        file = Path(folder, CREDENTIAL)
        return file if folder and file.exists() else None

    def _wrap(self, ring: bytes) -> bytes:
        return _systemd_creds("encrypt", ring)

    def _unwrap(self, wrapped: bytes) -> bytes:
        return _systemd_creds("decrypt", wrapped)


def _systemd_creds(act: str, data: bytes) -> bytes:
    """Runs ``systemd-creds encrypt`` or ``decrypt``; the data goes by pipes, never by a file or argument."""
    command = ["systemd-creds", act, f"--name={CREDENTIAL}", "-", "-"]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=_PATIENCE_S, check=True
        )
    except subprocess.CalledProcessError as error:
        raise Fault("VAULT_NO_KEEPER", f"systemd-creds {act}: exit {error.returncode}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Fault("VAULT_NO_KEEPER", f"systemd-creds: {type(error).__name__}") from None
    return done.stdout


def _link(part: Path, file: Path) -> None:
    """Gives the file its name unless another has it: then that one counts."""
    with suppress(FileExistsError):
        name_once(part, file)
