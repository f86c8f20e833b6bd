"""One complaint as a durable workflow: wait, apply, carry out, until nothing of the case runs any more.

The handlers apply a message in the core before their first await and put what it caused into one outbox; only the main
loop drains that, in order. Letters are tasks beside it, and the end waits for all of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, CancelledError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.escalation import Escalation
    from activities.messages import Attempt, Deliver, Delivered, Facts, FactsAsked, Keep, Record
    from activities.notifications import Notifications
    from activities.policies import DELIVER, RECORD
    from activities.records import Recorder
    from complaints.case import (
        Event,
        Message,
        Notice,
        Question,
        Rules,
        State,
        Transition,
        alive,
        apply,
        attributes,
        dump_state,
        load_state,
        next_due,
        questions,
        settle,
    )
    from complaints.errors import HuiyinError, Refused
    from complaints.instants import Instant
    from complaints.vocabulary import HAPPENINGS, OPERATOR
    from workflows import attributes as search
    from workflows import lateness, story
    from workflows.inbound import Inbound, delivery, read, refused, stamped
    from workflows.messages import WRITES_NOTES_IN_TURN, Acted, CaseInput, Chain
    from workflows.turns import Turns

_NOTES = frozenset({"assigned", "notified"})
"""Events that, alone, wait for the next write: they change no clock, and the notice's own row says it already."""


@workflow.defn(name="Complaint")
class Complaint:
    """The shell of one case; every decision is the core's."""

    @workflow.init
    def __init__(self, case: CaseInput) -> None:
        self._case = case
        self._rules = Rules.thaw(case.procedure, case.calendar)
        self._state: State = load_state(case.state)
        self._recorded = self._state.seq
        self._outbox: list[Event] = []
        self._due_record = self._state.seq
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._attempts: list[Attempt] = []
        self._unkept: list[tuple[str, Inbound, Message]] = []
        self._timer: tuple[Instant, asyncio.Task[None]] | None = None
        self._stirred = False
        self._held: Message | None = None
        self._told: deque[Event] = deque(case.told, maxlen=story.KEPT)
        self._shown = attributes(self._rules, self._state)
        self._lookout = lateness.Lookout()
        self._turns = Turns()

    @workflow.run
    async def run(self, case: CaseInput) -> str:
        """Runs the case; returns its outcome."""
        try:
            await self._loop()
        except (ActivityError, CancelledError, asyncio.CancelledError) as error:
            # An operator's cancellation ends the workflow, not the record: what has happened is still written.
            if not is_cancelled_exception(error):
                # A case is parked by what nobody thought of, for an operator to see, and never ended by it.
                raise RuntimeError("an activity failed for good") from error
            await self._finish()
            raise
        return self._state.outcome

    async def _loop(self) -> None:
        while True:
            self._stirred = False
            self._reap()
            while due := self._overslept(self._now()):
                await self._look_back(due)
            self._settle()
            self._send_letters()
            self._ask_facts()
            self._show()
            running = alive(self._rules, self._state) or bool(self._tasks)
            if self._unkept:
                await self._keep()
            elif self._attempts:
                await self._note_attempt()
            elif self._due_record > self._recorded or (self._outbox and not running):
                await self._record()
            elif not running:
                await workflow.wait_condition(lambda: workflow.all_handlers_finished() or self._stirred)
                if not self._stirred:
                    self._stop_timer()
                    self._tell()
                    return
            elif self._may_begin_anew():
                # A message may come in while this writes, so whether it may begin anew is asked again after it.
                if self._outbox:
                    await self._record()
                else:
                    self._begin_anew()
            else:
                self._set_timer()
                self._tell()
                await workflow.wait_condition(self._work)

    def _work(self) -> bool:
        return self._stirred or self._may_begin_anew()

    def _may_begin_anew(self) -> bool:
        idle = not self._tasks and self._held is None and workflow.all_handlers_finished()
        return idle and workflow.info().is_continue_as_new_suggested()

    async def _finish(self) -> None:
        """Writes all that has happened, and lets whoever waits for it have the answer."""
        await asyncio.sleep(0)  # what came in together with the cancellation is heard first
        while self._unkept or self._attempts or self._outbox:
            if self._unkept:
                await self._keep()
            elif self._attempts:
                await self._note_attempt()
            else:
                await self._record()
        if not workflow.all_handlers_finished():
            await workflow.wait_condition(workflow.all_handlers_finished)

    def _quiet(self) -> bool:
        """Whether all that could be done by now is done: what is left waits for people or for time."""
        return not (self._tasks or self._attempts or self._unkept or self._due_record > self._recorded)

    def _reap(self) -> None:
        """Forgets the tasks that ended; one that failed by a bug fails the workflow task, which parks the case."""
        for name, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[name]
                task.result()

    # --- messages ---------------------------------------------------------------------------------------------------

    @workflow.update(name="act")
    async def act(self, raw: RawValue) -> Acted:
        """Applies a message and answers once what it caused is recorded."""
        self._turns.given()
        inbound = read(raw, workflow.payload_converter(), self._case.case)
        message = self._message(inbound)
        await self._silence_judged(message)
        before = self._state.seq
        try:
            transition = self._apply(message)
        except Refused as refusal:
            raise refused(refusal) from refusal
        if transition.events:
            self._due_record = self._state.seq
        # A repeat waits for what is to be written anyway, not for what may wait for days.
        seq = self._due_record
        await workflow.wait_condition(lambda: self._recorded >= seq)
        self._turns.given()
        names = tuple(e.event for e in transition.events if e.seq > before)
        return Acted(seq, self._state.stage, names, transition.repeated)

    @act.validator
    def _check(self, raw: RawValue) -> None:
        """Refuses before anything is written into history what the core would refuse."""
        try:
            inbound = read(raw, workflow.payload_converter(), self._case.case)
            if inbound.fault or not inbound.sealed:
                raise Refused("unauthenticated", inbound.fault or "an update must come sealed from the API")
            apply(self._rules, self._state, self._message(inbound))
        except HuiyinError as refusal:
            raise refused(refusal) from refusal

    @workflow.query(name="chain")
    def chain(self) -> Chain:
        """Where the case's chain stands, for those who compare it with the records."""
        return Chain(self._state.seq, self._state.head, self._recorded, tuple(self._outbox), self._quiet())

    @workflow.signal(dynamic=True)
    async def signalled(self, name: str, args: Sequence[RawValue]) -> None:
        """Takes a signal of any shape; the core judges it, and what it refuses is listed among the attempts."""
        inbound = read(args[0] if args else None, workflow.payload_converter(), self._case.case, name)
        message = self._message(inbound)
        await self._silence_judged(message)
        try:
            if inbound.fault:
                raise Refused("unreadable", inbound.fault)
            if inbound.texts:
                # People's words from a command line go to the records before the core hears of them.
                apply(self._rules, self._state, message)
                self._unkept.append((f"signal-{workflow.uuid4()}", inbound, message))
            else:
                self._apply(message)
        except HuiyinError as refusal:
            self._refuse(message, refusal)

        self._stirred = True

    async def _silence_judged(self, message: Message) -> None:
        """Where silence ran out before this was said, first waits for the facts that say whether it counted."""

        def unjudged() -> bool:
            return bool(self._overslept(message.at) or questions(self._rules, self._state, message.at))

        if message.do not in HAPPENINGS and unjudged():
            self._stirred = True
            await workflow.wait_condition(lambda: not unjudged())

    def _refuse(self, message: Message, refusal: HuiyinError) -> None:
        by, role = message.by.person, next(iter(message.by.roles), "")
        key = message.key or f"signal-{workflow.uuid4()}"
        self._attempts.append(
            Attempt(self._case.case, self._now(), by, role, message.do, refusal.code, refusal.text, key)
        )

    def _message(self, inbound: Inbound) -> Message:
        return stamped(inbound, self._now())

    def _apply(self, message: Message) -> Transition:
        if message.do == "outage" and int(message.data["until"]) > self._now():
            self._held = message  # announced ahead: until it is over, no clock acts
            self._stirred = True
            return Transition(self._state, ())
        transition = apply(self._rules, self._state, message)
        self._take(transition)
        return transition

    def _take(self, transition: Transition) -> None:
        if not transition.events:
            return
        before = {key: running.due for key, running in self._state.clocks.items()}
        after = {key: running.due for key, running in transition.state.clocks.items()}
        self._state, self._rules = transition.state, transition.rules or self._rules
        self._outbox += transition.events
        self._told.extend(transition.events)
        self._stirred = True
        told_only = before == after and all(e.event in _NOTES for e in transition.events)
        if not told_only or (self._turns.idle() and self._in_turn()):
            self._due_record = self._state.seq

    def _in_turn(self) -> bool:
        # A case that began under an earlier version may have left more deliveries in a row unwritten before.
        return self._case.core >= WRITES_NOTES_IN_TURN or workflow.patched("notes in turn")

    # --- time -------------------------------------------------------------------------------------------------------

    def _now(self) -> Instant:
        return int(workflow.now().timestamp()) + self._case.offset

    def _settle(self) -> None:
        """Lets what fell due happen, one instant at a time; a decision made in time was applied before."""
        now = self._now()
        if self._held is not None:
            if now < int(self._held.data["until"]):
                return
            held, self._held = self._held, None
            self._take(apply(self._rules, self._state, held))
        while (due := next_due(self._state)) is not None and due < now:
            transition = settle(self._rules, self._state, due, inclusive=True)
            if not transition.events:
                return
            self._take(transition)

    def _overslept(self, at: Instant) -> Instant:
        """What fell due long before `at` (0: nothing), while it is unknown whether the system was down then."""
        due = self._lookout.overslept(self._state, at) if self._held is None else 0
        return due if due and workflow.patched("looks back") else 0

    async def _look_back(self, due: Instant) -> None:
        """Learns of outages before anything that fell due in one happens: it then happens at the outage's end."""
        now = self._now()
        asked = FactsAsked(self._case.case, "", due, now)
        summary = "was the system down when this fell due?"
        self._turns.given()
        facts: Facts = await workflow.execute_activity_method(Notifications.facts, asked, summary=summary, **RECORD)
        for message in lateness.unknown(self._state, facts.outages, now):
            self._take(apply(self._rules, self._state, message))
        self._lookout.looked = now

    def _set_timer(self) -> None:
        """One timer for the next due instant, started anew only when that changes."""
        due = int(self._held.data["until"]) if self._held is not None else next_due(self._state)
        if self._timer is not None and self._timer[0] == due and not self._timer[1].done():
            return
        self._stop_timer()
        if due is not None and due >= self._now():
            self._timer = (due, asyncio.create_task(self._wake(due)))
            self._turns.given()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer[1].cancel()
            self._timer = None

    async def _wake(self, due: Instant) -> None:
        coming = story.coming(self._rules, self._state)
        what = coming[0][1] if coming else "the next limit"
        seconds = max(due + lateness.spread(self._case.case) - self._now(), 1)
        await workflow.sleep(seconds, summary=f"{story.when(self._rules, due)} {what}"[:200])
        self._stirred = True

    # --- effects ----------------------------------------------------------------------------------------------------

    async def _record(self) -> None:
        batch = tuple(self._outbox)
        self._turns.given()
        await workflow.execute_activity_method(Recorder.record, Record(self._case.case, batch), **RECORD)
        self._turns.done()
        del self._outbox[: len(batch)]
        self._recorded = batch[-1].seq

    def _send_letters(self) -> None:
        for notice in self._state.owed.values():
            # A letter is written from the record: what brings it up must stand there first.
            if notice.cause <= self._recorded and notice.id not in self._tasks:
                self._tasks[notice.id] = asyncio.create_task(self._send(notice))
                self._turns.given()

    async def _send(self, notice: Notice) -> None:
        summary = f"{notice.letter} to {notice.to} by {notice.channel}"
        send = Escalation.escalate if notice.letter == "escalation" else Notifications.deliver
        try:
            answer = await workflow.execute_activity_method(
                send, Deliver(self._case.case, notice), summary=summary, **DELIVER
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            answer = Delivered(False, notice.person, notice.to, self._now(), error="undelivered")
        self._apply(delivery(notice, answer, self._now()))
        self._stirred = True

    def _ask_facts(self) -> None:
        for question in questions(self._rules, self._state, self._now()):
            mark = f"facts {question.key} {question.due}"
            if mark not in self._tasks:
                self._tasks[mark] = asyncio.create_task(self._ask(question))
                self._turns.given()

    async def _ask(self, question: Question) -> None:
        facts: Facts = await workflow.execute_activity_method(
            Notifications.facts,
            FactsAsked(self._case.case, question.notice, question.since, question.due),
            summary=f"was the silence of {question.approval} fair?",
            **RECORD,
        )
        outages = lateness.unknown(self._state, facts.outages, self._now())
        self._apply(lateness.answer(self._state, question, outages, bounced=facts.bounced, now=self._now()))
        self._stirred = True

    async def _note_attempt(self) -> None:
        attempt = self._attempts[0]
        self._turns.given()
        await workflow.execute_activity_method(Recorder.attempt, attempt, summary=f"refused: {attempt.code}", **RECORD)
        self._turns.done()
        del self._attempts[0]

    async def _keep(self) -> None:
        """Puts an operator's words into the records, then lets the core have the message."""
        key, inbound, message = self._unkept[0]
        self._turns.given()
        content = await workflow.execute_activity_method(
            Recorder.keep, Keep(self._case.case, inbound.texts, OPERATOR, key), **RECORD
        )
        del self._unkept[0]
        try:
            self._apply(replace(message, content=content))
        except Refused as refusal:
            self._refuse(message, refusal)

    def _show(self) -> None:
        found = attributes(self._rules, self._state)
        changed = search.changes(self._shown, found)
        if changed:
            self._shown = found
            self._turns.given()
            workflow.upsert_search_attributes(changed)

    def _tell(self) -> None:
        workflow.set_current_details(story.tell(self._rules, self._state, self._told))

    def _begin_anew(self) -> None:
        workflow.continue_as_new(self._case.anew(self._rules.frozen, dump_state(self._state), tuple(self._told)))
