"""What the records, the engine and the mailbox say afterwards: is anything lost, stuck, diverged, unfair or late?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from commands.chaos.faults import Window
from complaints.case import Event, alive
from complaints.errors import NotFound
from complaints.vocabulary import CLOCK
from records import Records
from records.values import CaseRecord, NoticeRow
from workflows.messages import Chain
from workflows.starting import workflow_id

SILENCE = 45
"""Seconds of silence after which the harness's procedure deems a measure approved."""
SPREAD = 60
"""Seconds over which timers of one instant are spread."""
AROUND = 15.0
"""Seconds around a fault in which a letter may have been accepted by the mail server without the sender knowing."""
GAPS = ("kill worker", "kill inbox", "kill all", "mail drop", "mail stall", "lock database")
"""Faults that can come between a letter's acceptance and the row that says so."""


@dataclass(slots=True)
class Proof:
    """What was found wrong, in words, and the figures."""

    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    diverged: list[str] = field(default_factory=list)
    unfair: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    in_the_gap: int = 0
    letters: int = 0
    lateness: float = 0.0

    async def case(
        self, records: Records, client: Client, case: CaseRecord, mails: dict[str, list[float]], windows: list[Window]
    ) -> None:
        """Everything about one case."""
        events = await records.events(case.case_id)
        rows = await records.notices(case.case_id)
        await self._workflow(client, case)
        self.diverged += [f"{case.number}: {p.code} at {p.seq}" for p in await records.verify(case.case_id)]
        self.diverged += [f"{case.number}: alarm at {alarm.seq}" for alarm in await records.alarms(case.case_id)]
        self.lost += [f"{case.number}: {notice.letter} was never sent" for notice in case.state.owed.values()]
        for row in rows:
            self._letter(case, row, mails, windows)
        self._fair(case, events, rows, mails)
        self._late(events, rows, windows)

    async def _workflow(self, client: Client, case: CaseRecord) -> None:
        handle = client.get_workflow_handle(workflow_id(case.case_id))
        try:
            described = await handle.describe()
            chain: Chain = await handle.query("chain", result_type=Chain)
        except RPCError as error:
            self.stuck.append(f"{case.number}: no workflow ({error.status.name})")
            return
        state = case.state
        runs = described.status is WorkflowExecutionStatus.RUNNING
        if runs != alive(case.rules, state) or (not runs and described.status is not WorkflowExecutionStatus.COMPLETED):
            self.stuck.append(
                f"{case.number}: in {state.stage}, its workflow {described.status and described.status.name}"
            )
        if (chain.recorded, chain.seq - len(chain.waiting)) != (state.seq, state.seq):
            self.stuck.append(f"{case.number}: its workflow is at {chain.seq}, its record at {state.seq}")
        elif not chain.waiting and chain.head != state.head:
            self.diverged.append(f"{case.number}: workflow and record end otherwise")

    def _letter(
        self, case: CaseRecord, row: NoticeRow, mails: dict[str, list[float]], windows: list[Window]
    ) -> None:  # fmt: skip
        arrived = mails.get(row.message_id, [])
        self.letters += len(arrived)
        if row.status == "sent" and not arrived:
            self.lost.append(f"{case.number}: {row.letter} is said to be sent and never arrived")
        for first in arrived[:-1]:
            if any(w.kind in GAPS and w.since - AROUND <= first <= w.until + AROUND for w in windows):
                self.in_the_gap += 1
            else:
                self.duplicates.append(f"{case.number}: {row.letter} came twice")

    def _fair(
        self, case: CaseRecord, events: Iterable[Event], rows: Iterable[NoticeRow], mails: dict[str, list[float]]
    ) -> None:
        asked: dict[int, Event] = {}
        came = {row.notice: mails.get(row.message_id, []) for row in rows}
        for event in events:
            if event.event == "notified" and event.data["letter"] == "approval_request":
                asked[int(event.data["round"])] = event
            elif event.event == "deemed_approved":
                notice = asked.get(int(event.data["round"]))
                arrived = min(came.get(str(notice.data["notice"]), []), default=None) if notice is not None else None
                if notice is None or arrived is None:
                    self.unfair.append(f"{case.number}: deemed approved, and nobody had been asked")
                elif event.at - notice.at < SILENCE or event.at < int(arrived) + SILENCE - 1:
                    self.unfair.append(f"{case.number}: deemed approved {event.at - notice.at} s after the letter")

    def _late(self, events: Iterable[Event], rows: Iterable[NoticeRow], windows: list[Window]) -> None:
        causes = {event.seq: event for event in events}
        for row in rows:
            cause = causes.get(row.cause)
            if row.sent_at is None or cause is None:
                continue
            begins = cause.at + (SPREAD if cause.role == CLOCK else 0)
            self.lateness = max(self.lateness, row.sent_at - begins - _overlap(windows, cause.at, row.sent_at))


async def prove(
    records: Records, client: Client, filed: Iterable[str], mails: dict[str, list[float]], windows: list[Window]
) -> Proof:
    """Looks at every complaint that was promised to be taken."""
    proof = Proof()
    for number in filed:
        try:
            case = await records.case(number=number)
        except NotFound:
            proof.lost.append(f"{number}: accepted, and not in the records")
            continue
        await proof.case(records, client, case, mails, windows)
    return proof


def _overlap(windows: Iterable[Window], since: float, until: float) -> float:
    return sum(max(0.0, min(until, w.until) - max(since, w.since)) for w in windows)
