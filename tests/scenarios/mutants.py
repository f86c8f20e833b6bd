"""Every rule of a procedure file, changed alone: the mutants that a procedure's scenarios must be able to tell apart.

What is written once in the file (an anchored ladder) is changed once, wherever it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from complaints.calendar import Limit
from complaints.errors import LimitError

DROP = object()
"""In place of a value: it is taken out."""
NOTHING = "nothing"
"""An event, a fact or a letter that there is not."""

NOBODY_RECUSED = "recusal: of nobody"
"""The one rule that no file can leave out: `proving` makes this change itself."""

SECTIONS = (
    "intake", "numbering", "classification", "admissibility", "routing", "roles", "recusal", "stages", "paths",
    "actions", "approvals", "clocks", "pauses", "ladder", "notifications", "urgent", "accountability",
)  # fmt: skip
"""The parts of a procedure that a story can show; papers, reports and retention have tests of their own."""
_CONDITIONS = ("when", "where", "while", "must")
_LIMITS = ("limit", "before", "after", "every", "most", "max")
_PATTERNS = ("from", "until", "on", "done", "climb")
_ROLES = ("owner", "against", "by", "to", "role")
_NAMES = (
    "by", "to", "entered", "substitutes", "requires", "fields", "channels", "clocks", "actions", "questions", "stages",
)  # fmt: skip
_PARTS = (
    "admissibility", "routing", "levels", "rungs", "steps", "turns", "also", "notifications", "urgent", "rules",
    "accountability", "pauses", "ladder", "extend", "stages", "paths",
)  # fmt: skip
_ALWAYS = ("about", "demand", "place")
_LEFT_OUT = (
    "kind", "per", "recount", "mode", "counts_as", "outcome", "returns_to", "head_of", "asked", "at", "quiet",
    "shared", "together", "after_closing",
)  # fmt: skip
_OTHER: dict[str, dict[Any, Any]] = {
    "restart": {"daily": "monthly", "monthly": "yearly", "yearly": "monthly", "never": "yearly"},
    "does": {"inform": "take_over", "take_over": "inform"},
    "tie": {"returned": "approved", "approved": "returned"},
    "with_line": {True: False, False: True},
    "required": {True: False},
}
_NUMBERS = ("times", "amount", "to", "quorum", "majority", "may_grant", "at_least", "at_most")


@dataclass(slots=True)
class Mutant:
    """One change of one written rule: what it is, the clauses it cites, and where to make it.

    A `fine` one changes no rule, but when it applies: one test of a condition.
    """

    name: str
    place: Any
    key: Any
    value: Any
    clauses: set[str] = field(default_factory=set)
    fine: bool = False

    @contextmanager
    def made(self) -> Iterator[None]:
        """The change is made in the file's tree while this lasts."""
        before = self.place.copy()
        if self.value is DROP:
            del self.place[self.key]
        else:
            self.place[self.key] = self.value
        try:
            yield
        finally:
            self.place.clear()
            self.place.extend(before) if isinstance(self.place, list) else self.place.update(before)


def mutants(tree: dict[str, Any]) -> list[Mutant]:
    """The mutants of a procedure file's tree, of the rules that cite a clause, in the file's order."""
    found: dict[tuple[int, str, str], Mutant] = {}
    walk = _Walk(list(tree["roles"]))
    for section in SECTIONS:
        if section in tree:
            for clause, one in walk.inside(tree, section, section, ""):
                known = found.setdefault((id(one.place), str(one.key), one.name.rpartition(": ")[2]), one)
                if clause:
                    known.clauses.add(clause)
    recusal = tree.setdefault("recusal", {})
    nobody = Mutant(NOBODY_RECUSED, recusal, "clause", "", {"CM-06", recusal.get("clause", "CM-06")})
    return [one for one in (*found.values(), nobody) if one.clauses]


Found = Iterator[tuple[str, Mutant]]


@dataclass(slots=True)
class _Walk:
    roles: list[str]

    def inside(self, place: Any, key: Any, name: str, clause: str) -> Found:
        """The changes of what stands at `key` of `place`, and of everything in it."""
        value = place[key]
        own = value.get("clause", clause) if isinstance(value, dict) else clause
        for how, new in self.changes(place, key, value):
            # A value of a vocabulary is no rule, and three fields every intake takes, named or not.
            word = new is DROP and isinstance(value, dict) and ("label" not in value or key in _ALWAYS)
            yield own if new is DROP else clause, Mutant(f"{name}: {how}", place, key, new, fine=word)
        last = key if isinstance(key, str) else ""
        if last in _CONDITIONS or (last == "required" and isinstance(value, dict)):
            yield from self.condition(value, name, own)
        elif last == "set":
            for fact in value if len(value) > 1 else ():
                yield own, Mutant(f"{name}.{fact}: dropped", value, fact, DROP)
        elif last in _LIMITS and not (isinstance(value, dict) and "from" in value):
            yield from self.limit(place, key, name, own)
        elif isinstance(value, dict):
            for one in list(value):
                yield from self.inside(value, one, f"{name}.{one}", own)
        elif isinstance(value, list):
            yield from self.each(value, last, name, own)

    def each(self, values: list[Any], key: str, name: str, clause: str) -> Found:
        """The changes of a list: one part less, and the changes within each part."""
        labels = [_label(one, i) for i, one in enumerate(values)]
        for i, one in enumerate(values):
            label = f"{name}[{labels[i] if labels.count(labels[i]) == 1 else f'{i} {labels[i]}'}]"
            own = one.get("clause", clause) if isinstance(one, dict) else clause
            many = key in (*_PATTERNS, *_NAMES) and len(values) > 1
            many = many and not (key == "fields" and ".steps[" in name)  # those only say what a page asks for
            fixed = isinstance(one, str) and one in ("registration", "closed") and key == "stages" and len(values) > 4
            if (many or (key in _PARTS and isinstance(one, dict)) or key == "any") and not fixed:
                yield own, Mutant(f"{label}: dropped", values, i, DROP)
            elif key in _ROLES and isinstance(one, str):
                yield own, Mutant(f"{label}: another", values, i, self.another(one))
            if isinstance(one, dict):
                for part in list(one):
                    yield from self.inside(one, part, f"{label}.{part}", own)

    def changes(self, place: Any, key: Any, value: Any) -> Iterator[tuple[str, Any]]:
        """What else may stand at a key of a rule."""
        if key in _ROLES and isinstance(value, str) and "cases" not in place:
            yield "another role", self.another(value)
        elif key in ("until", "done", "climb") and isinstance(value, str | dict):
            yield "never", {"event": NOTHING}
        elif key == "letter" and isinstance(value, str):
            yield "another", NOTHING
        elif key == "go":
            yield "another", "closed" if value != "closed" else "reply"
        elif key == "pattern":
            yield "another", f"X{value}"
        elif key in _OTHER and isinstance(value, bool | str):
            if value in _OTHER[key]:
                yield "other", _OTHER[key][value]
        elif key in _NUMBERS and isinstance(value, int | float):
            yield from _numbers(value)
        elif key in _LEFT_OUT or (key in _NAMES and isinstance(value, str)) or (key in _NAMES and value == []):
            yield "left out", DROP
        elif key == "default" and isinstance(value, str) and len(place["values"]) > 1:
            yield "another", next(v for v in place["values"] if v != value)
        elif key == "unit" and isinstance(value, str):
            yield "another", NOTHING
        elif isinstance(value, dict) and ("label" in value or _is_word(key, value)):
            yield "dropped", DROP

    def condition(self, tests: dict[str, Any], name: str, clause: str) -> Found:
        """Each test of a condition left out, each value of a list, each number a little different."""
        for fact, test in tests.items():
            yield clause, Mutant(f"{name}.{fact}: left out", tests, fact, DROP, fine=True)
            if fact == "any":
                for i, one in enumerate(test):
                    yield clause, Mutant(f"{name}.any[{i}]: dropped", test, i, DROP, fine=True)
                    yield from self.condition(one, f"{name}.any[{i}]", clause)
                continue
            inner = test.get("not", test) if isinstance(test, dict) else test
            for i, one in enumerate(inner if isinstance(inner, list) and len(inner) > 1 else ()):
                yield clause, Mutant(f"{name}.{fact}[{one}]: dropped", inner, i, DROP, fine=True)
            for compare, number in test.items() if isinstance(test, dict) else ():
                if compare in ("over", "at_least", "below", "at_most"):
                    for how, new in _numbers(number):
                        yield clause, Mutant(f"{name}.{fact}.{compare}: {how}", test, compare, new, fine=True)

    def limit(self, place: Any, key: Any, name: str, clause: str) -> Found:
        """A limit longer and shorter, in each of its cases; without its field, without its latest."""
        value = place[key]
        for how, new in _neighbours(value):
            yield clause, Mutant(f"{name}: {how}", place, key, new)
        if isinstance(value, dict) and "next_working_day" not in value:
            if "field" in value and "else" in value:
                yield clause, Mutant(f"{name}.field: left out", place, key, value["else"])
            elif "field" in value:
                yield clause, Mutant(f"{name}.field: left out", value, "field", NOTHING)
            for case in value:
                if case not in ("by", "field"):
                    yield from self.limit(value, case, f"{name}.{case}", clause)

    def another(self, role: str) -> str:
        """Some other role of the procedure."""
        place = self.roles.index(role) if role in self.roles else -1
        return next(r for r in self.roles[place + 1 :] + self.roles if r not in (role, "first_receiver"))


def _is_word(key: Any, value: dict[str, Any]) -> bool:
    """Whether this is one value of a vocabulary with its names, not the name of a part."""
    return set(value) == {"zh-CN", "en"} and key not in ("name", "label", "text")


def _numbers(value: float) -> Iterator[tuple[str, Any]]:
    if isinstance(value, bool):
        return
    small = isinstance(value, int) and value < 20
    yield "more", value + 1 if small else value * 1.5
    if value > (1 if small else 0):
        yield "less", value - 1 if small else value / 2


_SMALLER = {"weeks": "6 days", "days": "23 hours", "hours": "59 minutes", "months": "27 days", "years": "11 months"}


def _neighbours(raw: Any) -> Iterator[tuple[str, Any]]:
    try:
        limit = Limit.parse(raw)
    except LimitError:
        return
    if limit.time is not None:
        yield "later", {"next_working_day": "17:59"}
    elif limit.unit == "same_day":
        yield "longer", "1 days"
    elif limit.amount < 1:
        yield "longer", "5 working_hours" if limit.unit == "working_days" else f"1 {limit.unit}"
        yield "shorter", "3 working_hours" if limit.unit == "working_days" else "1 minutes"
    else:
        yield "longer", f"{limit.amount + 1} {limit.unit}"
        less = (
            _SMALLER.get(limit.unit, f"0.5 {limit.unit}") if limit.amount == 1 else f"{limit.amount - 1} {limit.unit}"
        )
        if str(limit.unit) != "minutes" or limit.amount > 1:
            yield "shorter", less


def _label(one: Any, place: int) -> str:
    """What a part of a list is called: its id, else its place and what it is about."""
    if not isinstance(one, dict):
        return str(one)
    if "id" in one or "role" in one:
        return str(one.get("id") or one["role"])
    about = next((one[name] for name in ("letter", "event", "do", "unit") if isinstance(one.get(name), str)), "")
    return f"{place} {about}".strip()
