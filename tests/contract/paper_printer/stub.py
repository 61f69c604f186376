"""A scripted IPP printer on loopback that reads requests with its own eyes."""

from __future__ import annotations

import contextlib
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PRINT, CANCEL, JOB, JOBS, PRINTER = 0x0002, 0x0008, 0x0009, 0x000A, 0x000B


@dataclass
class Script:
    """What the printer does. ``jobs``: id → (name, state); ``ends``: questions until a job is done."""

    reasons: list[str] = field(default_factory=lambda: ["none"])
    reasons_in_job: list[str] | None = None
    state: int = 3
    formats: list[str] = field(default_factory=lambda: ["application/pdf", "image/jpeg"])
    ends: int = 2
    end_state: int = 9
    cancel_works: bool = True
    forget: bool = False
    refuse: list[int] = field(default_factory=list)
    refuse_printer: int = 0
    refuse_list: int = 0
    anonymous: bool = False
    wrong_id: bool = False
    swallow: bool = False
    garbage: bool = False
    endless: bool = False
    trickle: bool = False
    short: bool = False
    http: int = 200
    delay_s: float = 0
    jobs: dict[int, list] = field(default_factory=dict)
    documents: list[bytes] = field(default_factory=list)
    seen: list[tuple[int, dict[str, bytes]]] = field(default_factory=list)


@contextmanager
def printer(script: Script) -> Iterator[str]:
    """The printer's address while it runs."""
    handler = type("Handler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"ipp://127.0.0.1:{server.server_address[1]}/ipp/print"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def log_message(self, *_words: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/ipp"
        script = self.script
        operation, number = struct.unpack_from(">HI", body, 2)
        attributes, document = _read(body)
        script.seen.append((operation, attributes))
        time.sleep(script.delay_s)
        status, groups = self._do(operation, attributes, document)
        if script.swallow and operation == PRINT:
            self.close_connection = True
            return
        number += script.wrong_id
        answer = struct.pack(">BBHI", 2, 0, status, number) + b"\x01"
        answer += _text(0x47, "attributes-charset", "utf-8") + groups + b"\x03"
        if script.garbage:
            answer = b"<html>Login</html>"
        self.send_response(script.http)
        self.send_header("Content-Type", "application/ipp")
        if script.endless:
            self.end_headers()
            self._write(bytes(16_384), 200, 0)
            return
        if script.trickle:
            self.end_headers()
            self._write(answer[:1], 100, 0.1)
            return
        self.send_header("Content-Length", str(len(answer) + script.short))
        self.end_headers()
        self.wfile.write(answer)

    def _write(self, block: bytes, times: int, pause_s: float) -> None:
        with contextlib.suppress(OSError):
            for _ in range(times):
                self.wfile.write(block)
                time.sleep(pause_s)

    def _do(
        self, operation: int, attributes: dict[str, bytes], document: bytes
    ) -> tuple[int, bytes]:
        script = self.script
        if refused := {PRINTER: script.refuse_printer, JOBS: script.refuse_list}.get(operation):
            return refused, b""
        if operation == PRINTER:
            busy = any(job[1] == 5 for job in script.jobs.values())
            reasons = script.reasons_in_job if busy and script.reasons_in_job else script.reasons
            groups = b"\x04" + _number(0x23, "printer-state", script.state)
            groups += _text(0x44, "printer-state-reasons", *reasons)
            return 0, groups + _text(0x49, "document-format-supported", *script.formats)
        if operation == PRINT:
            return self._print(attributes["job-name"].decode(), document)
        if operation == JOBS:
            return 0, b"".join(
                b"\x02"
                + _number(0x21, "job-id", number)
                + _text(0x42, "job-name", "" if script.anonymous else job[0])
                for number, job in script.jobs.items()
            )
        return self._job(operation, int.from_bytes(attributes["job-id"], "big"))

    def _print(self, name: str, document: bytes) -> tuple[int, bytes]:
        script = self.script
        if script.refuse:
            return script.refuse.pop(0), b""
        script.documents.append(document)
        number = 40 + len(script.documents)
        script.jobs[number] = [name, 5, script.ends]
        return 0, b"\x02" + _number(0x21, "job-id", number) + _number(0x23, "job-state", 3)

    def _job(self, operation: int, number: int) -> tuple[int, bytes]:
        script = self.script
        job = script.jobs.get(number)
        if job is None or script.forget:
            return 0x0406, b""
        if operation == CANCEL:
            if script.cancel_works:
                job[1] = 7
            return 0 if script.cancel_works else 0x0404, b""
        job[2] -= 1
        if job[2] <= 0 and job[1] == 5:
            job[1] = script.end_state
        groups = b"\x02" + _number(0x21, "job-id", number) + _number(0x23, "job-state", job[1])
        return 0, groups + _text(0x44, "job-state-reasons", "job-printing")


def _read(body: bytes) -> tuple[dict[str, bytes], bytes]:
    """The first value of each attribute, and the document."""
    at, found, order = 8, {}, []
    while body[at] != 3:
        if body[at] < 0x10:
            at += 1
            continue
        size = int.from_bytes(body[at + 1 : at + 3], "big")
        name = body[at + 3 : at + 3 + size].decode()
        at += 3 + size
        size = int.from_bytes(body[at : at + 2], "big")
        if name:
            found[name] = body[at + 2 : at + 2 + size]
            order.append(name)
        at += 2 + size
    assert order[:3] == ["attributes-charset", "attributes-natural-language", "printer-uri"]
    return found, body[at + 1 :]


def _number(tag: int, name: str, value: int) -> bytes:
    return struct.pack(f">BH{len(name)}sHi", tag, len(name), name.encode(), 4, value)


def _text(tag: int, name: str, *values: str) -> bytes:
    out = b""
    for place, value in enumerate(values):
        key = b"" if place else name.encode()
        out += (
            struct.pack(">BH", tag, len(key)) + key + struct.pack(">H", len(value)) + value.encode()
        )
    return out
