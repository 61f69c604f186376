"""Draining the outbox against a bare loop of requests that pushes the same bytes to the same sandbox."""

from __future__ import annotations

import json
import os
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import requests

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.dossiers.dossier import Scan
from kiosk.outbox.message import Item
from kiosk.outbox.outbox import Outbox
from kiosk.settings import Portal
from kiosk.store.database import Database
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.portal.messages import SUBMIT
from sync.portal.session import DOSSIER, PROGRESS
from sync.sandbox.process import SandboxProcess
from tests.bench.hand_in import a_submission, register_at
from tests.bench.measure import Result
from tests.samples import a_vault

DOSSIERS = 150
"""Two rows each."""

ROUNDS = 3
_DST = "VN:GOV:SANDBOX:dvcqg"
_AGENCY = "H29.18"


def results(disk: Path) -> Iterator[Result]:
    with (
        tempfile.TemporaryDirectory(dir=disk) as name,
        SandboxProcess(Path(name) / "portal") as sandbox,
    ):
        portal = _portal(sandbox.url)
        desk = _Desk.at(Path(name), portal)
        together, alone, bare = [], [], []
        for round_ in range(ROUNDS):
            # Serials are of the sandbox too: the bare loop pushes dossiers that the courier never sees.
            together.append(desk.drain(DOSSIERS, 10))
            alone.append(desk.drain(DOSSIERS, 1))
            bare.append(_bare(portal, _items(Path(name) / f"bare{round_}", round_)))
        desk.close()
    loop = "bare requests loop, one POST a row"
    yield Result("drain: one row, ten a request", median(together), median(bare), loop)
    yield Result("drain: one row, one a request", median(alone), median(bare), loop)


@dataclass
class _Desk:
    database: Database
    portal: Portal
    hand_in: Callable[[int], None]

    @classmethod
    def at(cls, folder: Path, portal: Portal) -> _Desk:
        database = Database(folder / "station.db", now, a_vault())
        register = register_at(database, folder, serial_first=1, serial_last=49_999)
        scan = Scan("TP01", os.urandom(1000), 1)

        def hand_in(times: int) -> None:
            for _ in range(times):
                handed_in = register.hand_in(a_submission(scan))
                register.mark_shown(handed_in.dossier.id)  # flushed, as at a station

        return cls(database, portal, hand_in)

    def drain(self, dossiers: int, batch: int) -> float:
        """Seconds a row."""
        self.hand_in(dossiers)
        driver = AdapterDriver(self.portal.model_copy(update={"batch": batch}), _AGENCY)
        courier = Courier(Outbox(self.database, "kiosk-01", now), driver, now, Random(1))
        start = perf_counter()
        done = courier.drain(Cancel(), 300)
        took = perf_counter() - start
        driver.close()
        if done != 2 * dossiers:
            raise RuntimeError(f"{done} rows of {2 * dossiers} went out")
        return took / done

    def close(self) -> None:
        self.database.close()


def _items(folder: Path, round_: int) -> list[Item]:
    """The same rows of another station, as its outbox hands them out."""
    folder.mkdir()
    with Database(folder / "station.db", now, a_vault()) as database:
        first = 50_000 + round_ * 10_000
        register = register_at(database, folder, serial_first=first, serial_last=first + 9_999)
        scan = Scan("TP01", os.urandom(1000), 1)
        for _ in range(DOSSIERS):
            register.hand_in(a_submission(scan))
        outbox, items = Outbox(database, "kiosk-02", now), []
        while taken := outbox.claim("portal", 500):
            for item in taken:
                outbox.acknowledge(item.seq, b"{}", status=200, duration_ms=0)
            items += taken
    return items


def _bare(portal: Portal, items: list[Item]) -> float:
    """Seconds a row of a loop that only pushes: one connection, one login, every answer read as JSON."""
    with requests.Session() as session:
        token = _login(session, portal)
        start = perf_counter()
        for item in items:
            service = DOSSIER if item.kind == SUBMIT else PROGRESS
            more = '"isUpdating":"False",' if item.kind == SUBMIT else ""
            body = _body(token, service, f'{more}"data":[{item.body.decode()}]')
            answer = _post(session, portal.url + portal.integration_path, body, _proof(item))
            if answer["error_code"] != 0:
                raise RuntimeError(f"the bare loop was refused: {answer['error_code']}")
        return (perf_counter() - start) / len(items)


def _login(session: requests.Session, portal: Portal) -> str:
    body = json.dumps({"username": portal.username, "password": portal.secret()}).encode()
    return str(_post(session, portal.url + portal.login_path, body, {})["session"])


def _body(token: str, service: str, more: str) -> bytes:
    head = f'"session":"{token}","madonvi":"{_AGENCY}","service":"{service}"'
    return f"{{{head},{more}}}".encode()


def _proof(item: Item) -> dict[str, str]:
    digest = b64encode(sha256(item.body).digest()).decode()
    return {"Idempotency-Key": f'"{item.key}"', "Content-Digest": f"sha-256=:{digest}:"}


def _post(
    session: requests.Session, url: str, body: bytes, headers: dict[str, str]
) -> dict[str, Any]:
    json_headers = {"Content-Type": "application/json", "dstcode": _DST}
    reply = session.post(url, data=body, headers=json_headers | headers, timeout=30)
    reply.raise_for_status()
    answer: dict[str, Any] = reply.json()
    return answer


def _portal(url: str) -> Portal:
    return Portal.model_validate(
        {
            "url": url,
            "username": "sandbox",
            "password": "sandbox",
            "dstcode": _DST,
            "confirmation": "echo",
        }
    )
