"""Telling open cases of newly published holidays: who goes by an older calendar, and what changes for them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from api.bringing import bring
from api.changing.moves import calendar_for
from api.engine import Engine, Pending
from complaints.case import Actor, Message, Rules, alive
from complaints.difference import Preview, preview
from complaints.errors import Refused, Unavailable
from complaints.instants import Instant
from complaints.vocabulary import SYSTEM
from records import Records
from records.values import CaseRecord, RulesRef
from runtime.directories import Directories

AT_ONCE = 8
"""How many cases are told at once."""

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Outdated:
    """Cases of one procedure that count by another calendar than they would if they came in now."""

    procedure: str
    ref: RulesRef
    rules: Rules
    now: Rules
    cases: int


@dataclass(frozen=True, slots=True)
class Touched:
    """One case that is to be told, and what changes for it."""

    case: CaseRecord
    preview: Preview


async def outdated(records: Records, directories: Directories, now: Instant, procedure: str = "") -> list[Outdated]:
    """What is to be told whom; empty when every open case counts by today's knowledge."""
    found = []
    for used in await records.versions.in_use(procedure):
        rules = await records.rules(used.ref)
        text = await asyncio.to_thread(calendar_for, directories, rules.procedure, rules, now)
        if text != rules.frozen[1]:
            target = Rules.thaw(rules.frozen[0], text)
            found.append(Outdated(used.procedure, used.ref, rules, target, used.cases))
    return found


async def touched(records: Records, found: Sequence[Outdated], now: Instant) -> AsyncIterator[Touched]:
    """Every case to be told, with what changes for it; reads only."""
    for one in found:
        async for case in _cases(records, one):
            yield Touched(case, preview(case.rules, case.state, _message(one, case, now)))


async def tell(records: Records, engine: Engine, found: Sequence[Outdated], now: Instant) -> Counter[str]:
    """Tell every case of its new calendar; gives how many were `told`, are `pending` (no worker runs) or `over`.

    A case that was told is not found again, so what was stopped in the middle goes on where it stopped; a case whose
    message was under way then takes the second one for nothing new. Raises Unavailable when the engine goes away.
    """
    done: Counter[str] = Counter()
    gone: list[Unavailable] = []
    gate = asyncio.Semaphore(AT_ONCE)
    under_way: set[asyncio.Task[None]] = set()

    async def one_case(one: Outdated, case: CaseRecord) -> None:
        try:
            done[await _told(records, engine, case, _message(one, case, now))] += 1
        except Unavailable as error:
            gone.append(error)
        finally:
            gate.release()

    for one in found:
        await records.save_rules(*one.now.frozen)
        async for case in _cases(records, one):
            await gate.acquire()
            if gone:
                break
            task = asyncio.create_task(one_case(one, case))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
    # What is under way is waited for, also when the engine went away: nothing is left half said.
    await asyncio.gather(*under_way)
    if gone:
        raise Unavailable("The workflow engine is down. Run the same again to tell the others.") from gone[0]
    return done


async def _told(records: Records, engine: Engine, case: CaseRecord, message: Message) -> str:
    started: list[str] = []
    try:
        answer = await bring(records, engine, case, message, started.append)
    except Refused:
        return "over"  # it was closed, or moved to other rules, since it was found
    if started:
        await records.mark_started(*started)
    return "pending" if isinstance(answer, Pending) else "told"


async def _cases(records: Records, one: Outdated) -> AsyncIterator[CaseRecord]:
    last = ""
    while ids := await records.versions.cases_under(one.ref, last, _PAGE):
        for last in ids:
            case = await records.case(id=last)
            if case.rules_ref == one.ref and alive(case.rules, case.state):
                yield case


def _message(one: Outdated, case: CaseRecord, now: Instant) -> Message:
    key = f"calendar-{one.now.names[1][:32]}-{case.state.seq}"
    return Message("calendar_changed", now, Actor(SYSTEM), {"calendar": one.now.frozen[1]}, key=key)
