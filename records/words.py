"""What a case is found by: the words of its number, place and story, and whole names, telephones and mail addresses.

Chinese has no spaces, so a run of it is kept as its pairs of characters and its last one; anything else as whole runs
and their parts (`12-3-801`, `12`, `3`, `801`), found by their beginning. Who complains is found by the whole name,
number or address only. All of it goes when the case's words are erased.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from records.sealing import storable
from records.tables import words
from records.values import Complainant

MOST_WORDS = 40
"""Words kept of one case: its number, its place and the beginning of its story; more would weigh more than the case."""

MANY = 2000
"""More cases than these are not gathered one by one: they are found by walking the list itself."""

_LONGEST = 40
_TERMS = 12
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:(?![{_HAN}])[^\W_])"
_RUN = re.compile(rf"{_LETTER}+(?:[-._/]{_LETTER}+)*|[{_HAN}]+")
_PARTS = re.compile(r"[-._/]")
_LAST = "\U0010ffff"
_PERSON = "="
"""Before the whole name, number or address of a person: no word begins with it, so no beginning finds them."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word that must be there; `begins` asks for any word that begins so."""

    word: str
    begins: bool


def insert_words(connection: Connection, case_id: str, number: str, texts: Mapping[str, str], who: Complainant) -> None:
    """Make a new case findable."""
    own = [texts.get(name, "") for name in ("place", "about")]
    found = dict.fromkeys((*_split(number), *(word for text in own for word in _split(text))))
    kept = [*_people(who), *list(found)[:MOST_WORDS]]
    connection.execute(insert(words), [{"case_id": case_id, "word": word} for word in dict.fromkeys(kept)])


def forget(connection: Connection, case_id: str, number: str) -> None:
    """From now on the case is found by its number alone."""
    connection.execute(delete(words).where(words.c.case_id == case_id, words.c.word.not_in([*_split(number)])))


def terms(asked: str) -> tuple[Term, ...]:
    """What somebody typed, as words that must all be there."""
    found: list[Term] = []
    for run in _runs(asked):
        if not _is_han(run):
            found.append(Term(run[:_LONGEST], begins=True))
        elif len(run) == 1:
            found.append(Term(run, begins=True))
        else:
            found += [Term(run[at : at + 2], begins=False) for at in range(len(run) - 1)]
    return tuple(dict.fromkeys(found))[:_TERMS]


def tells(texts: Iterable[str], asked: str) -> bool:
    """Whether these texts alone hold all that was typed, whoever complains."""
    own = {word for text in texts for word in _split(text)}
    return all(any(word.startswith(t.word) if t.begins else word == t.word for word in own) for t in terms(asked))


def gathered(connection: Connection, asked: str) -> set[str] | None:
    """The cases that hold all that was typed, or are somebody's of just that name, number or address.

    None when they are too many to be gathered: then `holds` finds them along a list.
    """
    w = words.c
    whole = connection.execute(select(w.case_id).where(w.word.in_(_whole(asked))).limit(MANY + 1)).scalars()
    people = set(whole)
    wanted = terms(asked)
    if not wanted or len(people) > MANY:
        return people if len(people) <= MANY else None
    rarest, number = min(((term, _count(connection, term)) for term in wanted), key=lambda pair: pair[1])
    if number > MANY:
        return None
    found = set(connection.execute(select(w.case_id).where(_is(rarest))).scalars())
    for term in wanted:
        if found and term != rarest:
            also = select(w.case_id).where(w.case_id.in_(sorted(found)), _is(term))
            found = set(connection.execute(also).scalars())
    return people | found


def holds(case_id: ColumnElement[str], term: Term) -> ColumnElement[bool]:
    """Whether the case of that column has the word."""
    inner = words.alias()
    return select(inner.c.word).where(inner.c.case_id == case_id, _is(term, inner.c.word)).exists()


def _count(connection: Connection, term: Term) -> int:
    some = select(words.c.case_id).where(_is(term)).limit(MANY + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _is(term: Term, column: ColumnElement[str] = words.c.word) -> ColumnElement[bool]:
    return column.between(term.word, term.word + _LAST) if term.begins else column == term.word


def _split(text: str) -> Iterator[str]:
    for run in _runs(text):
        if _is_han(run):
            yield from (run[at : at + 2] for at in range(len(run) - 1))
            yield run[-1]
        else:
            yield run[:_LONGEST]
            yield from (part for part in _PARTS.split(run[:_LONGEST]) if part)


def _runs(text: str) -> list[str]:
    return _RUN.findall(_plain(text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", storable(text)).lower()


def _is_han(run: str) -> bool:
    return re.match(rf"[{_HAN}]", run) is not None


def _people(who: Complainant) -> list[str]:
    if who.anonymous:
        # Whoever guesses a number must not learn from a search whose complaint it is.
        return []
    return [f"{_PERSON}{form}" for form in (_name(who.name), _digits(who.phone), _name(who.email)) if form]


def _whole(asked: str) -> list[str]:
    return [f"{_PERSON}{form}" for form in (_name(asked), _digits(asked)) if form]


def _name(text: str) -> str:
    return " ".join(_plain(text).split())[:_LONGEST]


def _digits(text: str) -> str:
    # The last nine, so that a number is found with and without its country's code.
    found = re.sub(r"\D", "", text)
    return f"+{found[-9:]}" if len(found) >= 7 and not re.search(r"[^\W\d_]", text) else ""
