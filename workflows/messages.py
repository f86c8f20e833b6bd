"""What goes into a case's workflow and comes out of it: references, codes and frozen rules, never people's text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from complaints.case import Event, Message

WRITES_NOTES_IN_TURN = 2
"""The version of the shell from which on no two things in a row lead to nothing (`workflows/turns.py`)."""


@dataclass(frozen=True, slots=True)
class CaseInput:
    """A case to run: its frozen procedure and calendar, and the state folded from its recorded events.

    `offset` (seconds) is added to the workflow's clock, for scenarios in virtual time; `core` is the version of the
    decisions that the case began with (`WRITES_NOTES_IN_TURN` is the newest), `told` the last events of the run before,
    for the case's story.
    """

    case: str
    procedure: str
    calendar: str
    state: str
    offset: int = 0
    core: int = 1
    told: tuple[Event, ...] = ()

    def anew(self, rules: tuple[str, str], state: str, told: tuple[Event, ...]) -> CaseInput:
        """The input of the next run: the same case, where it stands, with the rules (frozen) that hold now."""
        return replace(self, procedure=rules[0], calendar=rules[1], state=state, told=told)


@dataclass(frozen=True, slots=True)
class Act:
    """A message for one case; sealed by the payload codec, which is what authenticates it."""

    message: Message
    case: str


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of a message, once it is recorded: the last sequence number, the stage, the events it caused."""

    seq: int
    stage: str
    events: tuple[str, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a case stands in its workflow: its chain, how much of it is recorded, what waits for the next write.

    `quiet`: nothing is under way; what is left waits for people or for time.
    """

    seq: int
    head: str
    recorded: int
    waiting: tuple[Event, ...]
    quiet: bool
