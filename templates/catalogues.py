"""The words of letters and pages: gettext catalogues, read from their `.po` files when first needed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locale"


class Catalogue:
    """All words of one language, merged from every `.po` file of its folder; a missing word is its English id."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words: dict[tuple[str, str], tuple[str, ...]] = {}
        locale = language.replace("-", "_")
        for path in sorted((LOCALES / locale).glob("*.po")):
            with path.open("rb") as file:
                read = read_po(file, locale=locale, abort_invalid=True)
            for message in read:
                key = message.id if isinstance(message.id, str) else message.id[0]
                forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                if key and not message.fuzzy and forms and forms[0]:
                    self._words.setdefault((message.context or "", key), forms)

    def knows(self, text: str, context: str = "") -> bool:
        """Whether the catalogue has words of its own for this id."""
        return (context, text) in self._words

    def gettext(self, text: str) -> str:
        """The words for an English text."""
        return self._words.get(("", text), (text,))[0]

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The words for a number of things; languages without a plural have one form."""
        forms = self._words.get(("", one), (one, many) if self.language == "en" else (one,))
        return forms[0] if len(forms) == 1 or count == 1 else forms[1]

    def pgettext(self, context: str, text: str) -> str:
        """The words for an id of the vocabulary; `context` is its kind: stage, clock, action, event, outcome, role …"""
        return self._words.get((context, text), (text,))[0]


@lru_cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language (`zh-CN` or `en`)."""
    return Catalogue(language)
