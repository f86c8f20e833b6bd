"""Fills records as an older house wrote them: `python fill.py HOUSE DATABASE_URL`, run by the older house's own code.

Stories of several procedures are told in the older core; number, events, words, letters, calls and refusals go
through the older records, one case after another. Says as JSON what was made, so that a test can ask today's house
for it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

HOUSE = Path(sys.argv[1])
sys.path.insert(0, str(HOUSE))

from complaints.case import Event, Message, Notice, State, receive  # noqa: E402
from complaints.fields import shape_action, shape_complaint  # noqa: E402
from complaints.scenario.model import Step  # noqa: E402
from complaints.scenario.play import Play  # noqa: E402
from complaints.scenario.story import Story, tell  # noqa: E402
from records import Records, seal  # noqa: E402
from records.values import Accepted, Complainant, Intake, Sealed  # noqa: E402

A_PROCEDURE = 3
"""Scenarios of each procedure; each is told to its end, and again to its middle."""

PLACE = "Example Court 12-3-801"
"""Where a story says no place and its procedure asks for one."""


@dataclass(slots=True)
class Kept(Story):
    """A story whose words are sealed as the API sealed them, and whose letters are noted."""

    sealed: dict[str, Sealed] = field(default_factory=dict)
    letters: list[tuple[Notice, dict[str, Any]]] = field(default_factory=list)

    def message(self, state: State, place: int, step: Step) -> Message:
        """As the story says it, its words sealed."""
        told = Story.message(self, state, place, step)
        given = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in step.with_.items()}
        _, texts = shape_action(self.rules, step.do, given)
        if not texts:
            return told
        made = self.sealed[told.key] = seal(texts)
        return replace(told, content=made.content)

    def answer(self, notice: Notice) -> dict[str, Any]:
        """As the directory says, and noted."""
        found = Story.answer(self, notice)
        self.letters.append((notice, found))
        return found


def words_of(story: Story) -> dict[str, str]:
    """What the complainant of a story wrote."""
    extra = story.scenario.complaint.model_extra or {}
    given = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in extra.items()}
    if "place" in story.rules.procedure.intake.fields:
        given.setdefault("place", PLACE)
    _, texts = shape_complaint(story.rules.procedure, story.rules.calendar.instant, given)
    return texts


async def write(records: Records, story: Kept, who: Complainant) -> tuple[Accepted, list[Event]]:
    """One case from its first letter to its last event, as the older house wrote it."""
    case = secrets.token_hex(16)
    sealed = seal(words_of(story))
    ref = await records.save_rules(*story.rules.frozen)
    first = replace(story.submission, case=case, content=sealed.content)
    local = story.rules.calendar.at_local(first.received_at)
    body = hashlib.sha256(case.encode()).hexdigest()
    accepted = await records.accept(
        Intake(case, ref, local, case, body, lambda number: receive(story.rules, replace(first, number=number)),
               sealed, who)
    )  # fmt: skip
    story.submission = replace(first, number=accepted.number)
    played = Play(story).run()
    for key, one in story.sealed.items():
        await records.put_sealed(case, one, "", key)
    own = played.events[len(await records.events(case)) :]
    if own:
        await records.append(case, own)
    for notice, answer in story.letters:
        row = await records.claim(case, notice, str(answer.get("person", "")), "0" * 64)
        await (records.mark_failed(row.id, "refused") if answer.get("failed") else records.mark_sent(row.id, notice.at))
    return accepted, played.events


async def fill(url: str) -> dict[str, Any]:
    """All of it; what was made, by case."""
    records = Records(url)
    await records.migrate()
    made: list[dict[str, Any]] = []
    for folder in sorted((HOUSE / "tests" / "scenarios").iterdir()):
        for path in sorted(folder.glob("*.yaml"))[:A_PROCEDURE]:
            whole = tell(path, HOUSE / "procedures")
            steps = whole.scenario.steps
            middle = whole.scenario.model_copy(
                update={"steps": steps[: len(steps) // 2], "until": steps[len(steps) // 2].at if steps else None}
            )
            for scenario in (whole.scenario, middle):
                story = Kept(scenario, whole.frozen, whole.rules, whole.directory, whole.submission)
                who = Complainant(f"Example Person {len(made)}", f"000 555 {len(made):04}", "", "", "en")
                accepted, events = await write(records, story, who)
                letters = {(notice.id, answer.get("person", "")) for notice, answer in story.letters}
                made.append(
                    {
                        "case": accepted.case,
                        "number": accepted.number,
                        "procedure": whole.rules.procedure.id,
                        "name": who.name,
                        "phone": who.phone,
                        "category": str(events[0].data["facts"].get("category", "")),
                        "texts": words_of(story),
                        "events": len(events),
                        "letters": len(letters),
                    }
                )
    for one in made:
        case = await records.case(id=one["case"])
        one |= {"closed": case.closed_at is not None, "received_at": case.received_at, "erased": False}
    await records.add_attempt(made[0]["case"], 1, "somebody", "csd", "approve", "not_permitted", "refused", "one")
    await records.add_task(made[0]["case"], "notice", "complainant", "complainant", "unreachable")
    erased = next(one for one in made if one["closed"] and one["texts"].get("about"))
    await records.erase(erased["case"])
    erased["erased"] = True
    assert await records.verify() == []
    await records.close()
    return {"cases": made}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(fill(sys.argv[2])), ensure_ascii=False))
