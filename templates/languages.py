"""Which language somebody is written to in: Chinese (`zh-CN`) or English (`en`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LANGUAGES = ("zh-CN", "en")


def language_of(*wishes: str, among: Sequence[str] = LANGUAGES) -> str:
    """The first wish that is spoken here (`zh`, `zh_Hans_CN`, `en-GB` … are understood), else the first of `among`."""
    for wish in wishes:
        prefix = wish.replace("_", "-").split("-")[0].lower()
        for language in among:
            if prefix and language.split("-")[0].lower() == prefix:
                return language
    return among[0]


def pick(label: str | Mapping[str, str] | None, language: str) -> str:
    """The label in that language, else in the first language it has; an empty text when there is none."""
    if label is None:
        return ""
    if isinstance(label, str):
        return label
    return label.get(language) or next(iter(label.values()), "")
