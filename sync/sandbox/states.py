"""The ten states of a dossier at the portal (``TrangThaiHoSo``), and the moves an officer may make."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class State(IntEnum):
    """The portal's own codes. They are no order: 4 may follow 5."""

    FILED = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    TO_PAY = 6
    WITHDRAWN = 7
    STOPPED = 8
    READY = 9
    HANDED_OVER = 10


class Names(NamedTuple):
    vi: str
    en: str


NAMES = {
    State.FILED: Names("Mới đăng ký", "Filed"),
    State.RECEIVED: Names("Được tiếp nhận", "Received"),
    State.NOT_RECEIVED: Names("Không được tiếp nhận", "Not accepted"),
    State.PROCESSING: Names("Đang xử lý", "Being processed"),
    State.SUPPLEMENT: Names("Yêu cầu bổ sung giấy tờ", "More papers needed"),
    State.TO_PAY: Names("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment due"),
    State.WITHDRAWN: Names("Công dân yêu cầu rút hồ sơ", "Withdrawn by the citizen"),
    State.STOPPED: Names("Dừng xử lý", "Processing stopped"),
    State.READY: Names("Đã xử lý xong", "Result ready"),
    State.HANDED_OVER: Names("Đã trả kết quả", "Result handed over"),
}

MOVES: dict[State, tuple[State, ...]] = {
    State.FILED: (State.RECEIVED, State.NOT_RECEIVED),
    State.RECEIVED: (State.PROCESSING, State.SUPPLEMENT, State.NOT_RECEIVED, State.READY),
    State.PROCESSING: (State.SUPPLEMENT, State.TO_PAY, State.STOPPED, State.READY),
    State.SUPPLEMENT: (State.PROCESSING, State.WITHDRAWN, State.STOPPED),
    State.TO_PAY: (State.PROCESSING, State.WITHDRAWN, State.STOPPED),
    State.READY: (State.HANDED_OVER,),
    State.NOT_RECEIVED: (),
    State.WITHDRAWN: (),
    State.STOPPED: (),
    State.HANDED_OVER: (),
}
"""From each state the lawful next ones. What has ended has none."""

NEEDS_REASON = frozenset(
    {State.NOT_RECEIVED, State.SUPPLEMENT, State.TO_PAY, State.WITHDRAWN, State.STOPPED}
)
"""The citizen must be told why."""


def of(code: str) -> State | None:
    """The state of a message's code, or None when there is no such state."""
    try:
        return State(int(code))
    except ValueError:
        return None
