"""Every error of the house, drawn once.

HuiyinError
├── BadInput            what was sent cannot be taken; names the field           422
│   ├── KeyReused       an idempotency key came back with another body           422
│   ├── BadFile         a sent file cannot be taken; code says why               422
│   └── Invalid         several fields at once                                   422
├── Unauthenticated     nobody is signed in, or the token is no good             401
├── TooMany             too many tries from one place; wait                  429
├── Unavailable         a part of the system is down; try again later            503
├── Forbidden           signed in, but this is not yours to do                   403
├── NotFound            no such case, person, letter                             404
├── Refused             the case does not allow this now; changes nothing        409
├── ProcedureError      a procedure, directory or scenario file is wrong         (file, line, field)
├── LimitError          a time limit cannot be read
├── CalendarError       the working calendar cannot answer
│   ├── CalendarEnd     counting left the years that the calendar covers
│   └── CalendarUnknown no such country or zone, or a stored calendar that cannot be read
├── BrokenChain         recorded events do not follow one another
├── Diverged            a sequence number already holds another event
├── MailDeferred        a letter could not go now; it is tried again
└── MailRefused         a letter can never go: the server or the address says so (code)
"""

from __future__ import annotations

from collections.abc import Sequence


class HuiyinError(Exception):
    """The root of all errors that Huiyin raises on purpose; `code` is stable, `text` is for people."""

    code = "error"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BadInput(HuiyinError):
    """What was sent cannot be taken: `field` names the place, `do` says how to mend it."""

    code = "bad_input"

    def __init__(self, field: str, text: str, do: str = "") -> None:
        super().__init__(text)
        self.field = field
        self.do = do


class KeyReused(BadInput):
    """An idempotency key came back with another body."""

    code = "key_reused"


class BadFile(BadInput):
    """A sent file cannot be taken: `file` is its name ("" for all of them together), `code` says why."""

    def __init__(self, code: str, file: str, text: str, do: str = "") -> None:
        super().__init__("files", text, do)
        self.code, self.file = code, file


class Forbidden(HuiyinError):
    """The person is known, but may not do this."""

    code = "forbidden"


class TooMany(HuiyinError):
    """Somebody tries too often: nothing is looked up before `retry_after` seconds have passed."""

    code = "too_many"

    def __init__(self, text: str, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = max(1, retry_after)


class NotFound(HuiyinError):
    """There is no such thing, or none that this person may see."""

    code = "not_found"


class Refused(HuiyinError):
    """The case does not allow this action now; nothing was changed.

    `code` says which rule refused, `fields` which of the action's fields are missing or at fault.
    """

    def __init__(self, code: str, text: str, clause: str = "", fields: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.code = code
        self.clause = clause
        self.fields = tuple(fields)


class ProcedureError(HuiyinError):
    """A file is wrong: where (`file`, `line`, `field`), what (`text`) and how to mend it (`mend`)."""

    code = "procedure"

    def __init__(self, file: str, line: int, field: str, text: str, mend: str = "") -> None:
        where = f"{file}:{line}" if line else file
        place = f": {field}" if field else ""
        super().__init__(f"{where}{place}: {text}" + (f" {mend}" if mend else ""))
        self.file, self.line, self.field, self.what, self.mend = file, line, field, text, mend

    def __reduce__(self) -> tuple[type[ProcedureError], tuple[str, int, str, str, str]]:
        return ProcedureError, (self.file, self.line, self.field, self.what, self.mend)


class LimitError(HuiyinError, ValueError):
    """A time limit is not written as the procedure language has it."""

    code = "limit_unreadable"


class CalendarError(HuiyinError):
    """The working calendar cannot answer."""

    code = "calendar"


class CalendarEnd(CalendarError):
    """Counting needs days outside the years that the calendar covers: build it for a later year and recount."""

    code = "calendar_end"


class CalendarUnknown(CalendarError):
    """The calendar's country, subdivision or zone is unknown, or its stored form cannot be read; names the field."""

    code = "calendar_unknown"


class BrokenChain(HuiyinError):
    """Recorded events do not follow one another; `seq` is the first that does not."""

    code = "broken_chain"

    def __init__(self, seq: int, text: str) -> None:
        super().__init__(text)
        self.seq = seq


class Diverged(HuiyinError):
    """A sequence number already holds another event; an alarm, never the end of a case."""

    code = "diverged"


class Invalid(BadInput):
    """Several fields cannot be taken; `errors` holds one BadInput a field, this one speaks of the first."""

    code = "bad_input"

    def __init__(self, errors: Sequence[BadInput]) -> None:
        first = errors[0]
        super().__init__(first.field, first.text, first.do)
        self.errors = tuple(errors)


class Unauthenticated(HuiyinError):
    """Nobody is signed in, or the token is unknown, forged or past its time."""

    code = "unauthenticated"


class Unavailable(HuiyinError):
    """A part of the system is down: nothing was done, `retry_after` says in how many seconds to try again."""

    code = "unavailable"

    def __init__(self, text: str, retry_after: int = 5) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class MailDeferred(HuiyinError):
    """A letter could not be handed over now: no connection, no answer, or "later" (4xx); trying again may work."""

    code = "mail_deferred"


class MailRefused(HuiyinError):
    """A letter can never be handed over: refused for good (5xx), or no address; `code` says which."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Gap(HuiyinError):
    """Events were offered that follow one not yet recorded: nothing was written; give all from the record's end."""

    code = "gap"
