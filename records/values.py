"""What goes into the records and what comes back: plain values, no SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from complaints.case.model import Content, Event, State, Transition
from complaints.case.rules import Rules
from complaints.instants import Instant

NEVER: Instant = 253_402_300_799
"""The due instant of a case that waits for no clock: the last second of the year 9999, so that it sorts last."""


@dataclass(frozen=True, slots=True)
class RulesRef:
    """Names one frozen procedure and one frozen calendar by the SHA-256 of their JSON."""

    procedure_hash: str
    calendar_hash: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """Texts with their salt, ready to be stored, and the `Content` that events carry in their place."""

    content: Content
    salt: str
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Complainant:
    """Who complains and how to reach them; all of it personal data."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    language: str = ""
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies in the store, not yet of any case: `type` as its content says, `size` in bytes."""

    id: str
    name: str
    type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a case: `content` names the sealed text that holds its checksum, `by` is who sent it.

    An erased one has its row left, without name and checksum.
    """

    id: str
    case_id: str
    content: str
    name: str
    type: str
    size: int
    sha256: str
    by: str
    stored_at: Instant
    erased_at: Instant | None


@dataclass(frozen=True, slots=True)
class Intake:
    """One submission to accept: `build` is called with the number given and returns the first transition.

    `local` is the instant received in the procedure's own zone (numbers follow the local day); `key` is the sender's
    idempotency key and `fingerprint` a hash of the whole body, so that a key used for another complaint is noticed.
    `build` may be called again when a transaction is tried again, so it must not act. `files` need `sealed` with the
    text that `attachments.told` makes of them.
    """

    case: str
    rules: RulesRef
    local: datetime
    key: str
    fingerprint: str
    build: Callable[[str], Transition]
    sealed: Sealed | None = None
    complainant: Complainant = field(default_factory=Complainant)
    files: tuple[StoredFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a submission; a repeat gets the first answer again with `created` False."""

    case: str
    number: str
    tracking_code: str
    created: bool
    state: State


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as recorded: its last state, the rules that hold for it now, and where it stands with the engine."""

    case_id: str
    number: str
    procedure_id: str
    rules_ref: RulesRef
    rules: Rules
    state: State
    tracking_code: str
    received_at: Instant
    accepted_at: Instant
    started_at: Instant | None
    closed_at: Instant | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of a case at one moment: its row, its events, its texts by content id, who complains."""

    record: CaseRecord
    events: Sequence[Event]
    texts: Mapping[str, Mapping[str, str]]
    complainant: Complainant

    @property
    def rules(self) -> Rules:
        """The rules that the case began with."""
        return self.record.rules

    @property
    def state(self) -> State:
        """The case as its recorded events say."""
        return self.record.state

    @property
    def zone(self) -> str:
        """The time zone of the procedure's calendar."""
        return self.rules.calendar.zone

    def event(self, seq: int) -> Event:
        """The event of that sequence number, which must be recorded."""
        return next(event for event in self.events if event.seq == seq)

    def words(self, event: Event) -> Mapping[str, str]:
        """What people wrote with an event; nothing once it was erased."""
        return self.texts.get(event.content.id, {}) if event.content is not None else {}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A refused action: who tried what when, and why it was refused."""

    at: Instant
    person: str
    role: str
    action: str
    code: str
    text: str
    key: str = ""


NoticeStatus = Literal["created", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One letter to one person: `id` and `message_id` stay the same however often it is tried."""

    id: str
    case_id: str
    notice: str
    cause: int
    letter: str
    role: str
    channel: str
    person: str
    address_hash: str
    status: NoticeStatus
    message_id: str
    created_at: Instant
    sent_at: Instant | None
    error: str
    tries: int


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done by telephone, on the desk's list."""

    id: str
    case_id: str
    number: str
    procedure_id: str
    notice_id: str
    role: str
    person: str
    reason: str
    created_at: Instant
    done_at: Instant | None
    done_by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody a case waits for: the role, its present holder (may be unknown) and the due instant of the step."""

    role: str
    person: str
    due: Instant | None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of a worklist; `due` is the leading clock's, None when no clock runs."""

    case_id: str
    number: str
    procedure_id: str
    stage: str
    severity: str
    unit: str
    due: Instant | None
    overdue: bool
    received_at: Instant
    closed_at: Instant | None
    awaited: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Which cases to list: every given field narrows. `person` and `roles` ask for cases that wait for them.

    `find` holds words, a number or a person's name, telephone or address as somebody typed them.
    `after` is the (due, case_id) of the last row seen (`WorkPage.next`); `at` is the instant that overdue is judged at.
    """

    at: Instant
    procedures: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    overdue: bool | None = None
    closed: bool = False
    person: str = ""
    roles: tuple[str, ...] = ()
    find: str = ""
    limit: int = 50
    after: tuple[Instant, str] | None = None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of a worklist, most urgent first; `next` is None on the last page.

    `whole` is False where a search found so many that closed cases were left out.
    """

    rows: tuple[WorkRow, ...]
    next: tuple[Instant, str] | None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many open cases stand in a stage, and how many of them are overdue."""

    stage: str
    cases: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """An event offered for a sequence number that held another one."""

    case_id: str
    seq: int
    recorded: str
    offered: str
    at: Instant
    times: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What `verify` found wrong: a stable code, the case (empty for a procedure's text) and the place in it."""

    code: str
    case_id: str
    seq: int
    text: str
