"""The shapes of what the interface takes and answers, as OpenAPI shows them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Time = str
"""ISO 8601 with the offset of the procedure's own zone."""


class Contact(BaseModel):
    """Who complains and how they are reached; nothing of it is needed where anonymous complaints are taken."""

    model_config = ConfigDict(extra="allow")

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    language: str | None = Field(None, description="zh-CN or en: in which letters are written")
    anonymous: bool | None = None


class Complaint(BaseModel):
    """A complaint: the procedure it runs under, and the fields that this procedure's intake takes."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "procedure": "property-developer",
                "channel": "telephone",
                "category": "repair",
                "severity": "general",
                "about": "Rain comes in at the window.",
                "complainant": {"name": "…", "email": "name@example.com", "language": "zh-CN"},
            }
        },
    )

    procedure: str
    received_at: Any = Field(None, description="ISO 8601; staff only, else now")
    channel: Any = None
    kind: Any = None
    category: Any = None
    severity: Any = None
    about: Any = Field(None, description="what happened, in the complainant's words")
    demand: Any = None
    place: Any = None
    subject: Any = Field(None, description="id of the person complained about")
    complainant: Contact | None = None

    def given(self) -> dict[str, Any]:
        """The fields that were sent, the procedure's own among them."""
        return {name: value for name, value in self.model_dump(exclude_unset=True).items() if name != "procedure"}


class Registered(BaseModel):
    """The answer to a complaint: its number, the code to follow it with, and when receipt will be acknowledged."""

    number: str
    tracking_code: str
    procedure: str
    stage: str
    received_at: Time
    acknowledged_by: Time | None = None
    track_url: str
    case_url: str


class Done(BaseModel):
    """What an action did; the events are recorded."""

    number: str
    action: str
    stage: str
    events: list[str]
    seq: int
    repeated: bool = False


class Later(BaseModel):
    """The action is accepted and kept; it is applied, as of now, as soon as a worker runs."""

    number: str
    action: str
    accepted: bool = True
    note: str = "No worker is running just now: accepted, will be applied as of the time it was sent."


class AwaitedView(BaseModel):
    """Somebody the case waits for, what that person may do about it, and until when."""

    role: str
    person: str | None = None
    actions: list[str]
    clock: str = ""
    due: Time | None = None


class ClockView(BaseModel):
    """One running time limit; `why` is the address that explains its due instant day by day."""

    model_config = ConfigDict(populate_by_name=True)

    key: str
    clock: str
    subject: str = ""
    owner: str = ""
    from_: Time | None = Field(None, alias="from")
    due: Time | None = None
    overdue: bool = False
    paused: bool = False
    provisional: bool = False
    limit: str = ""
    clause: str = ""
    why: str = ""


class CaseView(BaseModel):
    """A case as of now: its recorded state, settled up to this moment."""

    number: str
    procedure: str
    stage: str
    outcome: str | None = None
    kind: str | None = None
    category: str | None = None
    severity: str | None = None
    validity: str | None = None
    channel: str | None = None
    unit: str | None = None
    owner: str | None = None
    received_at: Time
    closed_at: Time | None = None
    as_of: Time
    assigned: dict[str, str] = {}
    awaited: list[AwaitedView] = []
    clocks: list[ClockView] = []
    actions: list[str] = Field([], description="what the asker may do now")
    facts: dict[str, Any] = {}
    links: dict[str, str] = {}


class TimelineEvent(BaseModel):
    """One event of the record; `texts` are people's own words, where the asker may read them."""

    seq: int
    at: Time
    event: str
    by: str
    role: str
    stage: str | None = None
    details: dict[str, Any] = {}
    texts: dict[str, str] | None = None


class Timeline(BaseModel):
    """All events of a case in their order."""

    number: str
    events: list[TimelineEvent]


class AttemptView(BaseModel):
    """A refused action: it changed nothing."""

    at: Time
    person: str
    role: str
    action: str
    code: str
    text: str


class LookView(BaseModel):
    """Somebody opened a confidential case."""

    person: str
    procedure: str
    at: str


class Looks(BaseModel):
    """Who opened the case, newest first; empty for one that is not confidential."""

    number: str
    looks: list[LookView]


class Attempts(BaseModel):
    """All refused actions on a case."""

    number: str
    attempts: list[AttemptView]


class Forecast(BaseModel):
    """What will happen when if nobody acts."""

    number: str
    as_of: Time
    lines: list[dict[str, Any]]


class Row(BaseModel):
    """One line of a worklist."""

    number: str
    procedure: str
    stage: str
    severity: str
    unit: str
    due: Time | None = None
    overdue: bool
    received_at: Time
    awaited: list[dict[str, Any]] = []
    url: str


class Worklist(BaseModel):
    """One page of a worklist, most urgent first; `next` is the cursor of the following page."""

    rows: list[Row]
    next: str | None = None


class TaskView(BaseModel):
    """Something to be done by telephone, on the desk's list."""

    id: str
    number: str
    procedure: str
    role: str
    person: str
    reason: str
    created_at: Time
    done_at: Time | None = None


class Tasks(BaseModel):
    """Open telephone tasks."""

    tasks: list[TaskView]


class Step(BaseModel):
    """One step of a complaint's way as its complainant sees it."""

    at: Time
    event: str


class Tracked(BaseModel):
    """A complaint as its complainant sees it: no persons, offices by what they do."""

    number: str
    stage: str
    outcome: str | None = None
    received_at: Time
    with_: str = Field("", alias="with", description="who acts now: the role, by function")
    next_by: Time | None = None
    answer_by: Time | None = None
    steps: list[Step] = []
    replies: list[str] = []
