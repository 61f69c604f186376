"""A portal that says what a test lets it say, and a publisher that signs catalogues."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.catalogue_feed import DOMAIN
from sync.portal.driver import Outcome
from sync.portal.transport import Failed, Headers, Reply

JSON = "application/json"


def reply(said: object, status: int = 200, kind: str = JSON, **headers: str) -> Reply:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Reply(status, kind, body, None, "", headers)


class SayingPortal:
    """Gives the answers in turn, the last one for ever; an `Outcome` fails the exchange with it."""

    def __init__(self, *answers: Reply | Outcome) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.headers: list[Headers] = []
        self.closed = False
        self.ends: list[float | None] = []

    def exchange(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        assert (method, body) == ("GET", b"")
        self.asked.append(path)
        self.headers.append(headers)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Reply):
            return answer
        raise Failed(answer)

    def close(self) -> None:
        self.closed = True

    def bound(self, end: float | None) -> None:
        self.ends.append(end)

    def since(self) -> list[int]:
        return [int(parse_qs(urlsplit(path).query)["since"][0]) for path in self.asked]


class EventPortal(SayingPortal):
    """Serves rows by cursor, as an honest portal does."""

    def __init__(self, origin: str = "o-1") -> None:
        super().__init__()
        self.origin = origin
        self.rows: list[dict[str, object]] = []

    def exchange(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        self.asked.append(path)
        query = parse_qs(urlsplit(path).query)
        since, limit = int(query["since"][0]), int(query["limit"][0])
        found = [row for row in self.rows if int(str(row["seq"])) > since][:limit]
        last = max((int(str(row["seq"])) for row in self.rows), default=0)
        next_ = int(str(found[-1]["seq"])) if found else since
        return reply({"origin": self.origin, "last": last, "next": next_, "rows": found})


class Publisher(SayingPortal):
    """Serves one release of a catalogue: ``files`` by name."""

    def __init__(self, files: Mapping[str, bytes], serial: int = 1) -> None:
        super().__init__()
        self.key = Ed25519PrivateKey.generate()
        self.files = dict(files)
        self.serial = serial
        self.changes: dict[str, object] = {}
        self.unsigned = False
        self.storm = False
        self.broken: dict[str, Reply | Outcome] = {}

    def manifest(self) -> str:
        files = [
            {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in self.files.items()
        ]
        made_at = "2026-11-24T01:00:00+00:00"
        return json.dumps(
            {"serial": self.serial, "made_at": made_at, "files": files} | self.changes
        )

    def exchange(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        self.asked.append(path)
        self.headers.append(headers)
        for end, answer in self.broken.items():
            if path.endswith(end):
                if isinstance(answer, Reply):
                    return answer
                raise Failed(answer)
        if "/files/" in path:
            wanted = path.rpartition("/")[2]
            found = [d for d in self.files.values() if hashlib.sha256(d).hexdigest() == wanted]
            return reply(found[0], kind="application/toml") if found else reply({}, 404)
        text = self.manifest()
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
        if self.storm or headers.get("If-None-Match") == tag:
            return reply(b"", 304)
        signature = b64encode(self.key.sign(DOMAIN + text.encode())).decode()
        said = {"manifest": text} if self.unsigned else {"manifest": text, "signature": signature}
        return reply(said, etag=tag)
