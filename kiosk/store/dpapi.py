"""Windows' Data Protection API by ctypes: ``CryptProtectData`` and ``CryptUnprotectData`` of crypt32.dll.

Machine scope: the service and whoever repairs it under another account can open the key, nobody on another
machine can. No prompt is ever shown.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Protocol

from kiosk.faults import Fault

_UI_FORBIDDEN = 0x1
_LOCAL_MACHINE = 0x4
_PURPOSE = b"mot-cua vault 1"


class Blob(ctypes.Structure):
    """``DATA_BLOB``: a length in bytes (DWORD) and a pointer."""

    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.POINTER(ctypes.c_char)))


class Windows(Protocol):
    """The three calls that are needed, as Windows declares them."""

    CryptProtectData: Any
    CryptUnprotectData: Any
    LocalFree: Any


def protect(data: bytes, windows: Windows | None = None) -> bytes:
    """The data wrapped for this machine. Raises `Fault` VAULT_NO_KEEPER."""
    calls = windows or _windows()
    return _call(calls.CryptProtectData, calls.LocalFree, data, _UI_FORBIDDEN | _LOCAL_MACHINE)


def unprotect(wrapped: bytes, windows: Windows | None = None) -> bytes:
    """What was wrapped on this machine. Raises `Fault` VAULT_NO_KEEPER, also for another machine's."""
    calls = windows or _windows()
    return _call(calls.CryptUnprotectData, calls.LocalFree, wrapped, _UI_FORBIDDEN)


def _call(function: Any, free: Any, data: bytes, flags: int) -> bytes:  # noqa: ANN401  a foreign function
    given, purpose, result = _blob(data), _blob(_PURPOSE), Blob()
    done = function(
        ctypes.byref(given),
        None,  # no description
        ctypes.byref(purpose),
        None,  # reserved
        None,  # no prompt
        flags,
        ctypes.byref(result),
    )
    if not done:
        raise Fault("VAULT_NO_KEEPER", "DPAPI refused")
    try:
        return ctypes.string_at(result.data, result.size)
    finally:
        free(result.data)


def _blob(data: bytes) -> Blob:
    room = ctypes.create_string_buffer(data, len(data))
    return Blob(len(data), ctypes.cast(room, ctypes.POINTER(ctypes.c_char)))


class _Libraries:
    """The calls of the running Windows, with the types that they have there."""

    def __init__(self) -> None:
        if sys.platform != "win32":
            raise Fault("VAULT_NO_KEEPER", "DPAPI: not on Windows")
        crypt32, kernel32 = ctypes.WinDLL("crypt32.dll"), ctypes.WinDLL("kernel32.dll")
        blob = ctypes.POINTER(Blob)
        self.CryptProtectData = crypt32.CryptProtectData
        self.CryptUnprotectData = crypt32.CryptUnprotectData
        for function, description in (
            (self.CryptProtectData, ctypes.c_wchar_p),
            (self.CryptUnprotectData, ctypes.c_void_p),
        ):
            function.argtypes = (
                *(blob, description, blob),
                *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32, blob),
            )
            function.restype = ctypes.c_int
        self.LocalFree = kernel32.LocalFree
        self.LocalFree.argtypes = (ctypes.c_void_p,)
        self.LocalFree.restype = ctypes.c_void_p


def _windows() -> Windows:
    return _Libraries()
