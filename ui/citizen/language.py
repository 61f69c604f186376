"""The language of the citizen's face: Vietnamese in the source, others from ``.ts`` files."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree  # our own file, shipped with the product

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QObject, QTranslator

import resources
from kiosk.clock import at_office

LANGUAGES = ("vi", "en")

Words = dict[tuple[str, str], tuple[str, ...]]
"""Translation by (context, source); more than one form when the source has ``%n``."""


def locale(language: str) -> QLocale:
    """How numbers, money and dates are written in a language."""
    return QLocale("vi_VN" if language == "vi" else "en_US")


def money(amount: int, language: str) -> str:
    """An amount of đồng as people read it: ``150.000 ₫``."""
    return f"{locale(language).toString(amount)}\N{NO-BREAK SPACE}₫"


def day_and_hour(moment: datetime, language: str) -> str:
    """A moment as the office's clock and the language write it: hour, then the long date."""
    at = at_office(moment)
    day = locale(language).toString(QDate(at.year, at.month, at.day), QLocale.FormatType.LongFormat)
    return f"{at:%H:%M}, {day}"


def read_words(language: str) -> Words:
    """All translations of ``resources/translations/<language>.ts``."""
    found: Words = {}
    tree = ElementTree.parse(resources.path("translations", f"{language}.ts"))  # noqa: S314
    for context in tree.getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type"):
                continue
            forms = [form.text or "" for form in translation.iter("numerusform")]
            found[name, message.findtext("source", "")] = tuple(forms or [translation.text or ""])
    return found


class Translations(QTranslator):
    """Reads the ``.ts`` file itself, so that nothing has to be compiled before a start."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._anywhere = {source: forms for (_, source), forms in words.items()}

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return not self._words

    def translate(
        self,
        context: str | bytes,
        sourceText: str | bytes,  # noqa: N803  # Qt's name
        /,
        disambiguation: str | bytes | None = None,
        n: int = -1,
    ) -> str:
        source = _text(sourceText)
        # A text of a base class is asked for under the name of the class that inherits it.
        forms = self._words.get((_text(context), source)) or self._anywhere.get(source)
        if not forms:
            return ""
        return forms[0] if n in (-1, 1) else forms[-1]


class Language:
    """Switches the language of the whole program."""

    def __init__(self, app: QCoreApplication) -> None:
        self._app = app
        self._installed: QTranslator | None = None
        self.code = LANGUAGES[0]

    def use(self, code: str) -> None:
        """Installs a language; texts asked for from now on come in it."""
        if self._installed is not None:
            self._app.removeTranslator(self._installed)
            self._installed = None
        if code != LANGUAGES[0]:
            self._installed = Translations(read_words(code))
            self._app.installTranslator(self._installed)
        self.code = code


def _text(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else (value or "")
