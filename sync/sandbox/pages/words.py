"""The words of the pages, Vietnamese and English."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from kiosk.clock import at_office, from_ms
from sync.sandbox.states import NAMES, State

Language = Literal["vi", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "portal": ("Cổng thử nghiệm", "Test portal"),
    "not_real": (
        "Đây là cổng thử nghiệm với dữ liệu giả, không phải Cổng Dịch vụ công Quốc gia.",
        "This is a test portal with made-up data, not the National Public Service Portal.",
    ),
    "skip": ("Đến nội dung chính", "Skip to main content"),
    "other": ("English", "Tiếng Việt"),
    "title": ("Theo dõi hồ sơ", "Follow a dossier"),
    "code": ("Mã hồ sơ", "Dossier code"),
    "hint": (
        "Mã in trên Giấy tiếp nhận hồ sơ và hẹn trả kết quả, ví dụ H29.18-261124-0001.",
        "It is printed on your acceptance slip, for example H29.18-261124-0001.",
    ),
    "look": ("Xem hồ sơ", "Show the dossier"),
    "again": ("Tra cứu hồ sơ khác", "Look up another dossier"),
    "unknown": ("Chưa tìm thấy hồ sơ với mã này", "No dossier was found with this code"),
    "unknown_more": (
        "Xin kiểm tra lại từng ký tự của mã. Hồ sơ vừa nộp khi mất mạng có thể đến muộn hơn;"
        " giấy tiếp nhận trong tay Quý vị vẫn có giá trị.",
        "Please check every character. A dossier handed in while the line was down may arrive later;"
        " the slip in your hand remains valid.",
    ),
    "form": ("Mã chưa đúng dạng", "This isn't the form of a code"),
    "busy": ("Có quá nhiều lượt tra cứu", "Too many look-ups"),
    "busy_more": ("Xin thử lại sau một phút.", "Please try again in a minute."),
    "state": ("Tình trạng", "State"),
    "procedure": ("Thủ tục", "Procedure"),
    "owner": ("Chủ hồ sơ", "Applicant"),
    "received": ("Ngày tiếp nhận", "Received"),
    "due": ("Ngày hẹn trả", "Due"),
    "office": ("Nơi giải quyết", "Office"),
    "steps": ("Các bước đã qua và bước tiếp theo", "Steps so far and next"),
    "ahead": ("Chưa đến bước này", "Not there yet"),
    "next": ("Việc Quý vị cần làm", "What you need to do"),
    "reason": ("Lý do", "Reason"),
    "none": ("Chưa có", "None yet"),
}

NEXT: dict[State, tuple[str, str]] = {
    State.SUPPLEMENT: (
        "Xin mang giấy tờ còn thiếu đến nơi đã nộp hồ sơ. Thời hạn giải quyết tạm dừng cho đến khi nhận đủ.",
        "Please bring the missing papers to where you handed in. The clock stands still until then.",
    ),
    State.TO_PAY: (
        "Xin nộp khoản tiền được yêu cầu tại nơi nộp hồ sơ hoặc trực tuyến.",
        "Please pay what was asked, where you handed in or online.",
    ),
    State.READY: (
        "Xin mang giấy tiếp nhận đến nhận kết quả.",
        "Please bring your slip and collect the result.",
    ),
    State.NOT_RECEIVED: (
        "Quý vị có thể nộp lại khi đã khắc phục lý do nêu trên.",
        "You may hand in again once the reason above is settled.",
    ),
}


def say(key: str, language: Language) -> str:
    return WORDS[key][language == "en"]


def state_name(state: int, language: Language) -> str:
    names = NAMES[State(state)]
    return names.en if language == "en" else names.vi


def next_step(state: int, language: Language) -> str:
    """What the citizen is to do now; empty when nothing is."""
    return NEXT.get(State(state), ("", ""))[language == "en"]


def moment(ms: int) -> str:
    """``08:32, 23/11/2026`` at the office."""
    return f"{at_office(from_ms(ms)):%H:%M, %d/%m/%Y}"


def stamped(text: str) -> str:
    """The same of a time as messages carry it; empty when there is none."""
    try:
        return f"{datetime.strptime(text, '%Y%m%d%H%M%S'):%H:%M, %d/%m/%Y}"  # noqa: DTZ007 shown only
    except ValueError:
        return ""
