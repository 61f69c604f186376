"""The trust store: country signers, lists of revoked certificates, pinned list signers, and a record.

One SQLite file that the station reads while a technician changes it from another process.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from devices.fault import Fault
from devices.idcard import certificate, spki
from devices.idcard.certificate import Certificate
from devices.idcard.spki import PublicKey
from devices.idcard.trust import schema
from devices.idcard.trust.crl import RevocationList

MEMORY = schema.MEMORY
PREFIX = 8
"""Hex digits of a fingerprint that are enough to name a certificate, when just one fits."""


class Kind(StrEnum):
    CSCA = "csca"
    """Signed by itself: trusted because a person let it in."""
    LINK = "link"
    """Signed by another country signer: trusted as long as that one is."""


@dataclass(frozen=True)
class Entry:
    """``named``: the key is on a published curve; one on a curve of its own counts only once a
    technician ``confirmed`` its fingerprint. ``disabled``: it, or another one with the same key."""

    certificate: Certificate
    kind: Kind
    named: bool
    confirmed: bool
    disabled: bool

    @property
    def counts(self) -> bool:
        """Whether it may vouch for anybody, as far as it is up to itself."""
        return not self.disabled and (self.named or self.confirmed)


@dataclass(frozen=True)
class Source:
    """Where a certificate came from: a file's name, and the SHA-256 of a list it stood in."""

    name: str
    list_sha256: str = ""


@dataclass(frozen=True)
class Revocations:
    """What the lists of one issuer say of one serial number; ``next_update`` is of the newest list."""

    revoked: bool
    next_update: datetime


class TrustStore:
    """Safe to use from several threads; every method raises `Fault` ``TRUST_STORE`` when the file
    can't be used (damaged, no room, made by a later program)."""

    def __init__(
        self,
        path: Path | str = MEMORY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        read_only: bool = False,
    ) -> None:
        self._link = schema.connect_to_read(Path(path)) if read_only else schema.connect(path)
        self._clock = clock
        self._lock = threading.RLock()
        self._changes = 0
        self._parsed: dict[str, Certificate] = {}
        self._out: tuple[tuple[int, int], frozenset[PublicKey]] | None = None

    def close(self) -> None:
        with self._lock:
            self._link.close()

    def __enter__(self) -> TrustStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- reading ------------------------------------------------------------------------------

    def version(self) -> tuple[int, int]:
        """Changes whenever anybody changed the store, this process or another one."""
        return self._rows("PRAGMA data_version")[0][0], self._changes

    def by_ski(self, ski: bytes) -> list[Entry]:
        """Those whose own key has this identifier; none for an empty one."""
        return self._entries("ski = ?", ski) if ski else []

    def by_subject(self, canonical: bytes) -> list[Entry]:
        """Those with this name (`Name.canonical`); several are usual, one for each key."""
        return self._entries("subject_key = ?", canonical)

    def find(self, sha256: str) -> Entry | None:
        found = self._entries("sha256 = ?", sha256)
        return found[0] if found else None

    def certificates(self) -> list[dict[str, object]]:
        """A row for each certificate, without the certificate itself, by subject.

        ``disabled`` as in `Entry`.
        """
        columns = (
            "sha256, kind, subject, issuer, hex(ski) AS ski, hex(aki) AS aki, not_before, not_after, "
            "named, confirmed, disabled, source, list_sha256, imported_at, imported_by"
        )
        rows = self._rows(f"SELECT {columns} FROM certificate ORDER BY subject, not_before, sha256")  # noqa: S608
        flags = ("named", "confirmed")
        out = {entry.certificate.sha256 for entry in self._entries("1 = ?", 1) if entry.disabled}
        return [
            {
                **dict(row),
                **{flag: bool(row[flag]) for flag in flags},
                "disabled": row["sha256"] in out,
            }
            for row in rows
        ]

    def crls(self) -> list[dict[str, object]]:
        """A row for each list of revoked certificates."""
        return [
            dict(row)
            for row in self._rows(
                "SELECT issuer, signer, this_update, next_update, sha256, imported_at, imported_by,"
                " (SELECT count(*) FROM revoked WHERE crl = crl.id) AS revoked"
                " FROM crl ORDER BY issuer, this_update"
            )
        ]

    def revocations(self, issuer: bytes, serial: int) -> Revocations | None:
        """What the lists of this issuer say (a canonical name); None when there is none.

        A list counts as long as the key that signed it isn't disabled; one that names the serial
        number counts always.
        """
        rows = self._rows(
            "SELECT next_update, signer, EXISTS (SELECT 1 FROM revoked AS r"
            " WHERE r.crl = l.id AND r.serial = ?) AS hit FROM crl AS l WHERE l.issuer_key = ?",
            (_hex(serial), issuer),
        )
        used = [row for row in rows if row["hit"] or self._counts(row["signer"])]
        if not used:
            return None
        newest = max(datetime.fromisoformat(row["next_update"]) for row in used)
        return Revocations(any(row["hit"] for row in used), newest)

    def _counts(self, sha256: str) -> bool:
        entry = self.find(sha256)
        return entry is not None and not entry.disabled

    def same_key(self, sha256: str) -> list[str]:
        """Fingerprints of the other certificates of the same public key."""
        entry = self.find(sha256)
        if entry is None:
            return []
        others = (one.certificate for one in self._entries("sha256 <> ?", sha256))
        return sorted(one.sha256 for one in others if one.key == entry.certificate.key)

    def pinned(self, sha256: str) -> bool:
        """Whether a person said that master lists signed by this certificate are to be believed."""
        return bool(self._rows("SELECT 1 FROM pinned WHERE sha256 = ?", (sha256,)))

    def log(self) -> list[dict[str, object]]:
        """Everything that was ever done to the store, oldest first."""
        return [dict(row) for row in self._rows("SELECT * FROM audit ORDER BY id")]

    def full(self, prefix: str) -> str:
        """The fingerprint that begins with these hex digits.

        Raises `Fault` ``TRUST_NO_SUCH`` and ``TRUST_AMBIGUOUS``, also for less than 8 digits.
        """
        low = prefix.lower()
        if len(low) < PREFIX or not set(low) <= set("0123456789abcdef"):
            raise Fault("TRUST_AMBIGUOUS", f"{PREFIX} hex digits at least")
        rows = self._rows(
            "SELECT sha256 FROM certificate WHERE substr(sha256, 1, ?) = ?", (len(low), low)
        )
        if not rows:
            raise Fault("TRUST_NO_SUCH", low[:64])
        if len(rows) > 1:
            raise Fault("TRUST_AMBIGUOUS", f"{len(rows)} begin with these digits")
        return str(rows[0]["sha256"])

    # --- changing -----------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; what is changed inside is durable afterwards."""
        with self._lock:
            try:
                self._link.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self._link.execute("COMMIT")
                except BaseException:
                    if self._link.in_transaction:
                        self._link.execute("ROLLBACK")
                    raise
                finally:
                    self._changes += 1
            except sqlite3.Error as error:
                raise schema.fault_of(error) from error

    def add(self, found: Certificate, kind: Kind, source: Source, by: str) -> None:
        """Adds a certificate that isn't there yet; inside `transaction`. Raises like `Certificate.key`."""
        key = found.key
        self._do(
            f"INSERT INTO certificate VALUES ({', '.join('?' * 18)})",  # noqa: S608
            (
                found.sha256,
                found.der,
                kind.value,
                found.subject.text,
                found.issuer.text,
                found.subject.canonical,
                found.issuer.canonical,
                found.ski,
                found.aki,
                found.not_before.isoformat(),
                found.not_after.isoformat(),
                int(not isinstance(key, spki.EcKey) or key.named),
                0,
                0,
                source.name,
                source.list_sha256,
                self._now(),
                by,
            ),
        )
        self._note("import", found.sha256, f"{kind} {source.name}", by)

    def kept_crl(self, issuer: bytes, signer: str) -> tuple[str, datetime] | None:
        """SHA-256 and date of the list kept of this issuer by this signer."""
        rows = self._rows(
            "SELECT sha256, this_update FROM crl WHERE issuer_key = ? AND signer = ?",
            (issuer, signer),
        )
        if not rows:
            return None
        return rows[0]["sha256"], datetime.fromisoformat(rows[0]["this_update"])

    def put_crl(self, found: RevocationList, signer: str, source: str, by: str) -> None:
        """Puts a list in the place of the one kept before; inside `transaction`."""
        key = found.issuer.canonical
        self._do("DELETE FROM crl WHERE issuer_key = ? AND signer = ?", (key, signer))
        times = (found.this_update.isoformat(), found.next_update.isoformat())
        row = self._do(
            "INSERT INTO crl (issuer_key, signer, issuer, this_update, next_update, der, sha256,"
            " imported_at, imported_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, signer, found.issuer.text, *times, found.der, found.sha256, self._now(), by),
        ).lastrowid
        for serial in found.serials:
            self._do("INSERT INTO revoked VALUES (?, ?)", (row, _hex(serial)))
        self._note("import", found.sha256, f"crl {source}", by)

    def pin(self, signer: Certificate, by: str) -> None:
        """Believes master lists by this signer from now on; inside `transaction`."""
        values = (signer.sha256, signer.subject.text, self._now(), by)
        done = self._do("INSERT INTO pinned VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", values)
        if done.rowcount:
            self._note("pin", signer.sha256, "", by)

    def disable(self, prefix: str, by: str) -> str:
        """Takes a certificate out of use, and with it every other one of its key (`same_key`).

        Gives its fingerprint. Raises `Fault` like `full`.
        """
        return self._mark("disable", "disabled = 1", prefix, by)

    def enable(self, prefix: str, by: str) -> str:
        """Takes a disabled certificate into use again, unless another one of its key is disabled.

        Gives its fingerprint. Raises `Fault` like `full`.
        """
        return self._mark("enable", "disabled = 0", prefix, by)

    def confirm(self, sha256: str, by: str) -> str:
        """A person compared the whole fingerprint of a key on a curve of its own.

        Raises `Fault` ``TRUST_NO_SUCH`` and, unless it is the whole one, ``TRUST_AMBIGUOUS``.
        """
        if len(sha256) != 64:
            raise Fault("TRUST_AMBIGUOUS", "the whole fingerprint is needed")
        return self._mark("confirm", "confirmed = 1", sha256, by)

    def _mark(self, what: str, change: str, prefix: str, by: str) -> str:
        with self.transaction():
            sha256 = self.full(prefix)
            changed = self._do(
                f"UPDATE certificate SET {change} WHERE sha256 = ? AND NOT ({change})",  # noqa: S608
                (sha256,),
            )
            if changed.rowcount:
                self._note(what, sha256, "", by)
        return sha256

    def _note(self, what: str, sha256: str, detail: str, by: str) -> None:
        self._do(
            "INSERT INTO audit (at, who, what, sha256, detail) VALUES (?, ?, ?, ?, ?)",
            (self._now(), by, what, sha256, detail),
        )

    def now(self) -> datetime:
        """By the store's clock, in UTC."""
        return self._clock().astimezone(UTC)

    def _now(self) -> str:
        return self.now().isoformat(timespec="seconds")

    def _do(self, sql: str, values: Sequence[object]) -> sqlite3.Cursor:
        return self._link.execute(sql, values)

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._lock:
            try:
                return self._link.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise schema.fault_of(error) from error

    def _entries(self, where: str, value: object) -> list[Entry]:
        columns = "sha256, der, kind, named, confirmed, disabled"
        order = "ORDER BY kind, not_before DESC, sha256"  # csca before link, the newest first
        rows = self._rows(f"SELECT {columns} FROM certificate WHERE {where} {order}", (value,))  # noqa: S608
        out = self._disabled_keys()
        found = []
        for row in rows:
            one = self._certificate(row["sha256"], row["der"])
            disabled = bool(row["disabled"]) or (bool(out) and one.key in out)
            kind = Kind(row["kind"])
            found.append(Entry(one, kind, bool(row["named"]), bool(row["confirmed"]), disabled))
        return found

    def _disabled_keys(self) -> frozenset[PublicKey]:
        """A technician disables a certificate because of its key, which others may hold as well."""
        with self._lock:
            version = self.version()
            if self._out is None or self._out[0] != version:
                rows = self._rows("SELECT sha256, der FROM certificate WHERE disabled = 1")
                keys = (self._certificate(row["sha256"], row["der"]).key for row in rows)
                self._out = version, frozenset(keys)
            return self._out[1]

    def _certificate(self, sha256: str, der: bytes) -> Certificate:
        found = self._parsed.get(sha256)
        if found is None:
            found = certificate.load(der)
            if found.sha256 != sha256:
                raise Fault("TRUST_STORE", "a certificate isn't the one that was imported")
            self._parsed[sha256] = found
        return found


def _hex(serial: int) -> str:
    return f"{serial:x}"
