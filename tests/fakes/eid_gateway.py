"""A gateway for ID cards in a child process, with a key of its own and switchable faults."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from kiosk.settings import Eid
from sync.sandbox.process import SandboxProcess

NUMBER = "001300012345"
GENUINE = b"\x30\x82" + bytes(range(256)) * 12
"""Stands for a signer's certificate: nobody but the gateway looks inside. Its Base64 is 4,100 long."""
FORGED = b"\x30\x82" + b"forged" * 200


@cache
def key():
    return generate_private_key(65537, 2048)


def private_pem() -> bytes:
    return key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def eid(url: str, folder: Path, /, **changes: object) -> Eid:
    file = folder / "station.pem"
    if not file.exists():
        file.write_bytes(private_pem())
    values: dict[str, object] = {
        "url": url,
        "license_id": "LICENCE-1",
        "device_type": "kiosk",
        "province": "Thành phố Đà Nẵng",
        "purpose": "Tiếp nhận hồ sơ thủ tục hành chính",
        "location": "Bộ phận Một cửa phường Mẫu",
        "source": "kiosk-01",
        "private_key_file": str(file),
        "timeout_s": 10,
    }
    return Eid.model_validate(values | changes)


class EidSandbox:
    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        public = key().public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        data.joinpath("public.pem").write_bytes(pem)
        data.joinpath("trusted.txt").write_text(hashlib.sha256(GENUINE).hexdigest() + "\n")
        self.process = SandboxProcess(
            data, command=(sys.executable, "-m", "sync.sandbox.eid"), patience_s=60
        )

    @property
    def url(self) -> str:
        return self.process.url

    def faults(self, **wanted: Any) -> None:
        reply = requests.post(f"{self.url}/sandbox/faults", json=wanted, timeout=5)
        assert reply.status_code == 200, reply.text

    def calm(self) -> None:
        present = requests.get(f"{self.url}/sandbox/faults", timeout=5).json()
        self.faults(**{name: type(value)(0) for name, value in present.items()})

    def requests(self) -> list[dict[str, str]]:
        found = requests.get(f"{self.url}/sandbox/requests", timeout=5).json()["requests"]
        return list(found)
