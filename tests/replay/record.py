"""Records the histories of scenarios: `python -m tests.replay.record [SCENARIO …]` (all that lack one, by default).

Each is told on the time-skipping server by the real workflow. A history that is there is never written over: what ran
under an older procedure must replay for ever. `--prune` takes away what belongs to no present scenario and procedure,
which is right only while nothing runs anywhere that began under them.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from commands.virtual import Stage, stage
from complaints.case import Rules, load_state
from complaints.scenario.story import Story, tell
from tests.replay import store
from tests.support.histories import payloads
from workflows.starting import workflow_id

HOW = "Run `python -m tests.replay.record"


def wanting(procedures: Path = store.PROCEDURES) -> list[str]:
    """What is to be done so that every scenario has its history, one sentence each; empty when all is well."""
    out = []
    for scenario in store.scenarios():
        story = tell(scenario, procedures)
        name = f"{scenario.parent.name}/{scenario.name}"
        file = store.place(scenario, story.rules.version)
        older = [f.name for f in file.parent.glob(f"{scenario.stem}.*{store.ENDING}") if f != file]
        if file.exists():
            if store.told(file) != store.digest(scenario):
                out.append(f"{name} tells another story than its history. {HOW} --prune`.")
        elif older:
            out.append(
                f"{name}: the procedure has changed since {', '.join(sorted(older))}. Cases that run keep the old"
                f" one, so its history stays and must go on replaying. {HOW}`, which adds one under the new procedure."
            )
        else:
            out.append(f"{name} has no history. {HOW}`.")
    return out


def prune() -> list[Path]:
    """Remove what belongs to no present scenario under its present procedure; gives what was removed."""
    kept = {store.place(s, tell(s, store.PROCEDURES).rules.version): store.digest(s) for s in store.scenarios()}
    gone = [f for f in store.stored() if kept.get(f) != store.told(f)]
    for file in gone:
        store.beside(file).unlink(missing_ok=True)
        file.unlink()
    return gone


async def record(scenarios: list[Path]) -> list[Path]:
    """Tell the scenarios that lack a history, and keep what the engine wrote of them."""
    made = []
    async with stage() as on:
        for scenario in scenarios:
            story = tell(scenario, store.PROCEDURES)
            file = store.place(scenario, story.rules.version)
            if not file.exists():
                await _record(on, scenario, story, file)
                made.append(file)
    return made


async def _record(on: Stage, scenario: Path, story: Story, file: Path) -> None:
    known = set(on.cases)
    await on.tell(story)
    (case,) = set(on.cases) - known
    found = await on.client.get_workflow_handle(workflow_id(case)).fetch_history()
    store.keep(file, await _opened(on, found))
    kept = store.read(file)
    given = await kept.given()
    rules = Rules.thaw(given.procedure, given.calendar)
    limits = store.limits(rules, load_state(given.state), await kept.chain())
    kept.limits.write_text(f"scenario {store.digest(scenario)}\n{limits}", encoding="utf-8")


async def _opened(on: Stage, found: WorkflowHistory) -> WorkflowHistory:
    """The history decoded; the mark of what was sealed stays on it, for the workflow asks for it."""
    codec = on.client.data_converter.payload_codec
    assert codec is not None
    whole = History()
    whole.CopyFrom(History(events=found.events))
    for _, payload in payloads(whole):
        (plain,) = await codec.decode([payload])
        payload.CopyFrom(plain)
    return WorkflowHistory(found.workflow_id, list(whole.events))


def main(words: list[str]) -> int:
    """The command."""
    if "--prune" in words:
        for file in prune():
            print(f"removed {file.name}")
    named = [Path(word).resolve() for word in words if not word.startswith("--")]
    for file in asyncio.run(record(named or store.scenarios())):
        print(f"recorded {file.name} ({file.stat().st_size} bytes)")
    left = wanting()
    print("\n".join(left) or "every scenario has its history")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
