"""Cuts the bytes of a serial scanner into codes: by a terminator, or by a silence."""

from __future__ import annotations

MAX_BYTES = 4096
"""A QR code holds at most 2,953 bytes (version 40-L, ISO/IEC 18004)."""
_ENDS = b"\r\n"
_WRAPPING = b"\x00\x02\x03\x04"  # STX, ETX and EOT around a code, and padding


class Framer:
    """Bytes in, whole codes out. A code too long is dropped up to its end, so memory is bounded.

    ``gap_s``: a silence that ends a code without terminator. Times are seconds of one monotonic clock.
    """

    def __init__(self, gap_s: float, max_bytes: int = MAX_BYTES) -> None:
        self._gap = gap_s
        self._max = max_bytes
        self._held = bytearray()
        self._dropping = False
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[bytes]:
        """Takes what was read; gives the codes that ended, undecoded: a letter may be cut between reads."""
        codes = self.flush(now)
        self._last = now
        for byte in data:
            if byte in _ENDS:
                codes += self._end()
            elif not self._dropping:
                self._held.append(byte)
                if len(self._held) > self._max:
                    self._held.clear()
                    self._dropping = True
        return codes

    def wait(self, now: float) -> float | None:
        """Seconds until `flush` may give a code; None while nothing is held."""
        if not (self._held or self._dropping):
            return None
        return max(0.0, self._last + self._gap - now)

    def flush(self, now: float) -> list[bytes]:
        """The code that a silence has ended, if any."""
        return self._end() if self.wait(now) == 0 else []

    def reset(self) -> None:
        """Forgets a code begun: the line broke."""
        self._held.clear()
        self._dropping = False

    def _end(self) -> list[bytes]:
        code = bytes(self._held).strip(_WRAPPING)
        self.reset()
        return [code] if code else []
