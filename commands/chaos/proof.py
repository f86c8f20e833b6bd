"""What the records, the engine and the mailbox say afterwards: is anything lost, stuck, diverged, unfair or late?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError

from commands.chaos.letters import Post, expected, late
from commands.chaos.people import Told
from complaints.case import Event, alive
from complaints.errors import NotFound
from records import Records
from records.values import CaseRecord, NoticeRow
from workflows.messages import Chain
from workflows.starting import workflow_id

SILENCE = 45
"""Seconds of silence after which the harness's procedure deems a measure approved."""
PUNCTUAL = 120.0
"""Seconds of which, nothing being broken, no letter is late: all that tries again after a fault does so within them."""


@dataclass(slots=True)
class Proof:
    """What was found wrong, in words, and the figures."""

    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    diverged: list[str] = field(default_factory=list)
    unfair: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    in_the_gap: int = 0
    letters: int = 0
    lateness: float = 0.0

    async def case(self, records: Records, client: Client, case: CaseRecord, told: Told, post: Post) -> None:
        """Everything about one case, against what people were told of it."""
        events = await records.events(case.case_id)
        rows = await records.notices(case.case_id)
        if case.tracking_code != told.code:
            self.lost.append(f"{case.number}: its tracking code is another one")
        self.diverged += [f"{case.number}: {p.code} at {p.seq}" for p in await records.verify(case.case_id)]
        self.diverged += [f"{case.number}: alarm at {alarm.seq}" for alarm in await records.alarms(case.case_id)]
        await self._workflow(client, case)
        self.done(case.number, told.done, events)
        self.sent(case, events, rows, post)
        self.fair(case.number, events, rows, post)
        by = late(events, rows, post.windows)
        self.lateness = max(self.lateness, by)
        if by > PUNCTUAL:
            self.missed.append(f"{case.number}: a letter went out {by:.0f} s late, and nothing was broken")

    async def _workflow(self, client: Client, case: CaseRecord) -> None:
        handle = client.get_workflow_handle(workflow_id(case.case_id))
        try:
            described = await handle.describe()
            chain: Chain = await handle.query("chain", result_type=Chain)
        except (RPCError, WorkflowQueryFailedError) as error:
            why = error.status.name if isinstance(error, RPCError) else str(error)
            self.stuck.append(f"{case.number}: its workflow cannot be asked ({why})")
            return
        status, lives = described.status, alive(case.rules, case.state)
        if status is not (WorkflowExecutionStatus.RUNNING if lives else WorkflowExecutionStatus.COMPLETED):
            self.stuck.append(f"{case.number}: in {case.state.stage}, its workflow is {status and status.name}")
        self.chain(case, chain)

    def chain(self, case: CaseRecord, chain: Chain) -> None:
        """The events that the workflow tells against those recorded: the last one's hash covers all before it."""
        state = case.state
        if (chain.recorded, chain.seq - len(chain.waiting)) != (state.seq, state.seq):
            self.stuck.append(f"{case.number}: its workflow is at {chain.seq}, its record at {state.seq}")
        elif (chain.waiting[0].prev if chain.waiting else chain.head) != state.head:
            self.diverged.append(f"{case.number}: workflow and record hold different events")

    def done(self, number: str, told: Mapping[str, int], events: Iterable[Event]) -> None:
        """What people were told is done, against what is recorded of people."""
        recorded = Counter(event.event for event in events if event.key and event.event != "received")
        for name in sorted({*told, *recorded}):
            if recorded[name] < told.get(name, 0):
                self.lost.append(f"{number}: {name} was promised {told[name]} times, recorded {recorded[name]} times")
            elif recorded[name] > told.get(name, 0):
                self.diverged.append(f"{number}: {name} is recorded {recorded[name]} times, done {told.get(name, 0)}")

    def sent(self, case: CaseRecord, events: Sequence[Event], rows: Sequence[NoticeRow], post: Post) -> None:
        """The letters that arrived, against those that are noted and those that the events should have brought."""
        number, came = case.number, Counter[str]()
        self.lost += [f"{number}: {notice.letter} was never sent" for notice in case.state.owed.values()]
        for row in rows:
            arrived = len(post.arrived.get(row.message_id, ()))
            self.letters += arrived
            came[row.letter] += arrived > 0
            if row.status == "sent" and not arrived:
                self.lost.append(f"{number}: {row.letter} is said to be sent and never arrived")
            known, unknown = post.doubled(row.message_id)
            self.in_the_gap += known
            self.duplicates += [f"{number}: {row.letter} came twice"] * unknown
        owed = expected(events, panel=case.state.facts.get("severity") == "grave")
        for letter in sorted({*owed, *came}):
            if came[letter] < owed[letter]:
                self.lost.append(f"{number}: {owed[letter]} letters {letter} were due, {came[letter]} came")
            elif came[letter] > owed[letter]:
                self.duplicates.append(f"{number}: {owed[letter]} letters {letter} were due, {came[letter]} came")

    def fair(self, number: str, events: Iterable[Event], rows: Iterable[NoticeRow], post: Post) -> None:
        """No silence counts without a letter that had arrived, nor before its time."""
        asked: dict[int, Event] = {}
        came = {row.notice: post.arrived.get(row.message_id, ()) for row in rows}
        for event in events:
            if event.event == "notified" and event.data["letter"] == "approval_request":
                asked[int(event.data["round"])] = event
            elif event.event == "deemed_approved":
                notice = asked.get(int(event.data["round"]))
                arrived = min(came.get(str(notice.data["notice"]), ()), default=None) if notice is not None else None
                if notice is None or arrived is None:
                    self.unfair.append(f"{number}: deemed approved, and nobody had been asked")
                elif event.at - notice.at < SILENCE or event.at < int(arrived) + SILENCE - 1:
                    self.unfair.append(f"{number}: deemed approved {event.at - notice.at} s after the letter")


async def prove(records: Records, client: Client, filed: Mapping[str, Told], post: Post) -> Proof:
    """Looks at every complaint that was promised to be taken, and whether there are others."""
    proof = Proof()
    kept: set[str] = set()
    known: set[str] = set()
    for number, told in filed.items():
        try:
            case = await records.case(number=number)
        except NotFound:
            proof.lost.append(f"{number}: accepted, and not in the records")
            continue
        kept.add(case.case_id)
        known |= {row.message_id for row in await records.notices(case.case_id)}
        await proof.case(records, client, case, told, post)
    others = {one async for one in records.house.case_ids()} - kept
    proof.diverged += [f"case {one}: in the records, and nobody was told its number" for one in sorted(others)]
    proof.duplicates += [f"a letter of no notice came: {one}" for one in sorted(post.arrived.keys() - known)]
    return proof
