"""Past cases from a table (CSV): a line a case, its facts and the instants of what was done in its columns.

`received_at`, perhaps `case` and `subject`, the facts of the procedure's complaint by their names, and for each action
a column of its name with the instant at which it was done. `approve.2` is the second time. What an action carries
stands beside it: `dispatch.unit`, `approve.2.by`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.case.model import Actor, Content
from complaints.case.rules import Rules
from complaints.errors import BadInput, ProcedureError
from complaints.fields import CODED, COMPLAINT, shape_action, shape_complaint
from complaints.instants import Instant
from complaints.people import Directory, recused_by, roles_of
from complaints.procedure.load import Faults
from complaints.procedure.model import Procedure
from complaints.vocabulary import ACTIONS, COMPLAINANT, TEXTS
from complaints.whatif.past import Act, Past

MOST_FAULTS = 20
"""After so many a file is given up: the rest is usually the same mistake."""

_SWITCH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_SAID = "-"
"""Stands for the words that a table does not hold."""


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column holds: a field of the complaint, or of the `turn`-th time that an action was done (or its time)."""

    name: str
    action: str = ""
    turn: int = 1
    field: str = ""


def read_table(
    file: str, lines: Iterable[str], rules: Rules, directory: Directory, run_on: int
) -> Iterator[tuple[int, Past]]:
    """The cases of a table with the year of each, time running on by `run_on` seconds after the last act.

    Raises `Faults` with line and column of what is wrong, once all lines were read or too much was wrong.
    """
    reader = csv.reader(lines)
    faults: list[ProcedureError] = []
    header = [name.strip() for name in next(reader, [])]
    columns = _columns(file, header, rules.procedure)
    for row in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in row):
            continue
        try:
            if len(row) > len(columns):
                raise BadInput("", f"has {len(row)} cells, but there are {len(columns)} columns", "Quote commas.")
            yield _case(line, zip(columns, (cell.strip() for cell in row), strict=False), rules, directory, run_on)
        except BadInput as error:
            faults.append(ProcedureError(file, line, error.field, _sentence(error.text), error.do))
            if len(faults) >= MOST_FAULTS:
                break
    if faults:
        raise Faults(faults)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _columns(file: str, header: list[str], procedure: Procedure) -> list[_Column]:
    found, faults = [], []
    known = {"case", "received_at", *COMPLAINT, *procedure.intake.fields}
    for place, name in enumerate(header):
        action, turn, field = _parts(name)
        if name in known and name not in header[:place]:
            found.append(_Column(name))
        elif name in header[:place]:
            faults.append(ProcedureError(file, 1, name, "stands twice among the columns.", "Remove one of the two."))
        elif action in ACTIONS and turn > 0:
            found.append(_Column(name, action, turn, field))
        else:
            mend = f"Use {', '.join(sorted(known))}, or an action such as assess, dispatch.unit or approve.2."
            faults.append(ProcedureError(file, 1, name, "is no column that can be read.", mend))
    if "received_at" not in header:
        faults.append(ProcedureError(file, 1, "received_at", "is missing among the columns.", "Add it to line 1."))
    times = {(one.action, one.turn) for one in found if not one.field}
    for one in found:
        if one.field and (one.action, one.turn) not in times:
            when = one.name.removesuffix(f".{one.field}")
            faults.append(
                ProcedureError(file, 1, one.name, f"has no column {when} beside it.", "Say when it was done.")
            )
    if faults:
        raise Faults(faults)
    return found


def _parts(name: str) -> tuple[str, int, str]:
    """`approve.2.by` as action, turn and field."""
    action, *rest = name.split(".")
    turn = int(rest.pop(0)) if rest and rest[0].isdecimal() else 1
    return action, turn, ".".join(rest)


def _case(
    line: int, cells: Iterable[tuple[_Column, str]], rules: Rules, directory: Directory, run_on: int
) -> tuple[int, Past]:
    complaint: dict[str, Any] = {}
    acts: dict[tuple[str, int], dict[str, str]] = {}
    for column, cell in cells:
        if not cell:
            continue
        if column.action:
            acts.setdefault((column.action, column.turn), {})[column.field] = cell
        else:
            complaint[column.name] = cell
    name = str(complaint.pop("case", f"line {line}"))
    if "received_at" not in complaint:
        raise BadInput("received_at", "is empty", "Write it as 2026-11-30T18:00.")
    received_at = _instant(rules, "received_at", complaint.pop("received_at"))
    facts, texts = shape_complaint(rules.procedure, rules.calendar.instant, _whole(rules.procedure, complaint))
    done = [_act(rules, directory, action, turn, given) for (action, turn), given in acts.items()]
    for act, where in done:
        if act.at < received_at:
            raise BadInput(where, "lies before received_at", "Correct one of the two.")
    ordered = tuple(act for act, _ in sorted(done, key=lambda one: one[0].at))
    recused = recused_by(directory, str(facts.get("subject", "")), with_line=rules.procedure.recusal.with_line)
    until = max((received_at, *(act.at for act in ordered))) + run_on
    content = Content("complaint", "", tuple(sorted(texts))) if texts else None
    by = Actor(COMPLAINANT, (COMPLAINANT,)) if facts["channel"] in ("web", "app", "mail") else Actor("", ("csd",))
    year = rules.calendar.at_local(received_at).year
    return year, Past(name, received_at, received_at, facts, content, by, recused, ordered, until)


def _whole(procedure: Procedure, given: dict[str, str]) -> dict[str, Any]:
    """The complaint with values of their types; for words that must be there and that no table holds, a dash."""
    fields = procedure.intake.fields
    out: dict[str, Any] = {
        name: _value(name, fields[name].type, cell) if name in fields else cell for name, cell in given.items()
    }
    for name, field in fields.items():
        if not field.later and (field.type == "text" or field.personal):
            out.setdefault(name, _SAID)
    return out


def _act(rules: Rules, directory: Directory, action: str, turn: int, given: dict[str, str]) -> tuple[Act, str]:
    column = action if turn == 1 else f"{action}.{turn}"
    if "" not in given:
        raise BadInput(column, "is empty, though what was done stands beside it", "Say when it was done.")
    at = _instant(rules, column, given[""])
    by = given.get("by", "")
    fields = rules.procedure.intake.fields
    values = {
        name: _value(f"{column}.{name}", CODED.get(name) or (fields[name].type if name in fields else ""), cell)
        for name, cell in given.items()
        if name not in ("", "by")
    }
    try:
        data, texts = shape_action(rules, action, values)
    except BadInput as error:
        raise BadInput(f"{column}.{error.field}", error.text, error.do) from error
    said = _words(rules, action).difference(data) | set(texts)
    return Act(action, at, _actor(directory, by, at), data, Content(column, "", tuple(sorted(said)))), column


def _words(rules: Rules, action: str) -> frozenset[str]:
    """The words that the action may have to carry: that they were said is taken for granted."""
    own = rules.procedure.actions.get(action)
    needed = {*rules.actions[action].requires, *(f for more in (own.also if own else ()) for f in more.fields)}
    kinds = {name: field.type for name, field in rules.procedure.intake.fields.items()}
    return frozenset(f for f in needed if f in TEXTS or (f not in CODED and kinds.get(f, "text") == "text"))


def _actor(directory: Directory, by: str, at: Instant) -> Actor | None:
    if not by:
        return None
    if directory.person(by) is not None:
        return Actor(by, roles_of(directory, by, unit="", at=at) or ("staff",))
    return Actor("", (by,)) if by != COMPLAINANT else Actor(COMPLAINANT, (COMPLAINANT,))


def _value(column: str, kind: str, cell: str) -> Any:
    if kind == "bool":
        if cell.lower() not in _SWITCH:
            raise BadInput(column, f"must be true or false, not {cell!r}", "Write true or false.")
        return _SWITCH[cell.lower()]
    if kind in ("amount", "integer"):
        try:
            return int(cell) if kind == "integer" or cell.isdecimal() else float(cell)
        except ValueError as error:
            raise BadInput(column, f"must be a number, not {cell!r}", "Write digits only.") from error
    return [part.strip() for part in cell.split(";")] if kind == "list" else cell


def _instant(rules: Rules, column: str, cell: str) -> Instant:
    try:
        return rules.calendar.instant(datetime.fromisoformat(cell))
    except (ValueError, OverflowError) as error:
        raise BadInput(column, f"must be a time, not {cell!r}", "Write it as 2026-11-30T18:00.") from error
