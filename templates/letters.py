"""Letters: what one says, given as facts, becomes subject, text and HTML in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from complaints.instants import Instant
from templates.engine import ROOT, environment

Rows = tuple[tuple[str, str], ...]

LETTERS = tuple(sorted(folder.parent.name for folder in (ROOT / "mail").glob("*/subject.txt")))
"""Every letter by its id; `notice` is the plain one that stands in for an unknown id."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Everything a letter may say. Labels and names are already in the reader's language; texts are people's own.

    `cause` is the event that the letter tells of and `at` its instant, `now` when the letter is written; `due` is its
    one date and `awaits` the events that end its limit, `deemed` the instant at which silence counts as approval.
    `link` decides on an approval, `page` shows the case (or tracks it).
    """

    number: str
    language: str
    zone: str
    role: str
    at: Instant
    now: Instant
    received: Instant
    institution: str = ""
    desk: str = ""
    name: str = ""
    deputy_of: str = ""
    to_complainant: bool = False
    purpose: str = ""
    step: str = ""
    whom: str = ""
    due: Instant | None = None
    awaits: frozenset[str] = frozenset()
    deemed: Instant | None = None
    round: int = 1
    cause: str = ""
    outcome: str = ""
    takes_over: bool = False
    link: str = ""
    page: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    rows: Rows = ()
    dates: Rows = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be sent."""

    subject: str
    text: str
    html: str


def write(letter: str, facts: LetterFacts) -> Letter:
    """The letter in the language of its facts; an id without a letter of its own gives the plain `notice`."""
    folder = f"mail/{letter if letter in LETTERS else 'notice'}"
    context = {f.name: getattr(facts, f.name) for f in fields(facts)}
    templates = environment(facts.language)
    subject = " ".join(templates.get_template(f"{folder}/subject.txt").render(context).split())
    context["subject"] = subject
    text = templates.get_template(f"{folder}/body.txt").render(context)
    html = templates.get_template(f"{folder}/body.html").render(context)
    return Letter(subject, re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", html)
