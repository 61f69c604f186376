"""Names of a person's fields, and their values with and without a cover."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from kiosk.people.masking import mask_name, mask_number
from kiosk.people.person import Person

_HIDDEN = "••••••"


class PersonWords(QObject):
    """Words on a person in the language that is shown."""

    def fields(self, person: Person) -> list[tuple[str, str, str]]:
        """Label, masked and full value of every field that is known."""
        fields = [
            (self.tr("Số Căn cước"), mask_number(person.number), person.number),
            (self.tr("Họ và tên"), mask_name(person.full_name), person.full_name),
            (self.tr("Ngày sinh"), _HIDDEN, person.birth),
            (self.tr("Giới tính"), _HIDDEN, person.sex),
            (self.tr("Nơi cư trú"), _HIDDEN, person.residence),
            (self.tr("Thẻ có giá trị đến"), _HIDDEN, person.card_expires),
        ]
        return [field for field in fields if field[2]]

    def differing(self, mismatches: Sequence[str]) -> str:
        """Which data contradict each other, by name; ``dg13_birth`` and ``qr_birth`` are one."""
        names = {
            "number": self.tr("số Căn cước"),
            "old_number": self.tr("số giấy tờ cũ"),
            "name": self.tr("họ và tên"),
            "birth": self.tr("ngày sinh"),
            "sex": self.tr("giới tính"),
            "expiry": self.tr("ngày hết hạn"),
            "issued": self.tr("ngày cấp"),
            "address": self.tr("nơi cư trú"),
        }
        other = self.tr("thông tin khác")
        found = (names.get(name.partition("_")[2], other) for name in mismatches)
        return ", ".join(dict.fromkeys(found))
