"""Time limits as procedure files write them: `3 working_days`, `same_day`, `next_working_day: "12:00"`."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from complaints.errors import LimitError

Unit = Literal[
    "minutes",
    "hours",
    "working_hours",
    "working_days",
    "days",
    "weeks",
    "months",
    "same_day",
    "next_working_day",
]

UNITS: tuple[str, ...] = get_args(Unit)
AMOUNT_UNITS = UNITS[:7]
# A share of an hour or of a day's business hours is a time; a share of a calendar day would have no close of business.
SHARE_UNITS = frozenset({"minutes", "hours", "working_hours", "working_days"})

_AMOUNT = r"\d{1,6}(?:\.\d{1,4})?"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
_AMOUNT_RE = re.compile(rf"({_AMOUNT}) +([a-z_]+)")
_NEXT_RE = re.compile(rf"next_working_day +({_TIME})")
_TIME_RE = re.compile(_TIME)
_ONE = Decimal(1)
_HELP = 'write for example "3 working_days", "0.5 working_days", "30 minutes", "same_day" or next_working_day: "12:00"'


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time to be counted by a working calendar.

    `amount` is whole, or a share below 1 for minutes, hours, working_hours and working_days; it is 1 for `same_day`
    and `next_working_day`. `time` is the local time (HH:MM) of `next_working_day` and None otherwise.
    Raises LimitError when these don't fit together.
    """

    unit: Unit
    amount: Decimal = _ONE
    time: str | None = None

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise LimitError(f"unknown unit {self.unit!r} in a time limit; known are {', '.join(UNITS)}")
        if (self.time is not None) != (self.unit == "next_working_day"):
            raise LimitError(
                f"a local time belongs to next_working_day and to no other unit, not to {self.unit}; {_HELP}"
            )
        if self.time is not None and not _TIME_RE.fullmatch(self.time):
            raise LimitError(f"{self.time!r} is no local time; write HH:MM from 00:00 to 23:59")
        if self.unit not in AMOUNT_UNITS and self.amount != 1:
            raise LimitError(f"{self.unit} takes no amount")
        if self.amount < 0:
            raise LimitError(f"a time limit can't be negative: {self.amount} {self.unit}")
        if self.amount % 1 and (self.amount > 1 or self.unit not in SHARE_UNITS):
            raise LimitError(
                f"{self.amount} {self.unit}: only amounts below 1 of {', '.join(sorted(SHARE_UNITS))} may be "
                "fractional; write it in a smaller unit"
            )

    @classmethod
    def parse(cls, raw: object) -> "Limit":
        """Read a limit as a procedure file writes it: a string, or the mapping `{next_working_day: "12:00"}`.

        A unit may stand in the singular. What `str()` gives is read back the same. Raises LimitError.
        """
        if isinstance(raw, Limit):
            return raw
        if isinstance(raw, dict):
            if list(raw) != ["next_working_day"] or not isinstance(raw["next_working_day"], str):
                raise LimitError(f"can't read the time limit {raw!r}; {_HELP}")
            return cls("next_working_day", time=raw["next_working_day"])
        if not isinstance(raw, str):
            raise LimitError(f"can't read the time limit {raw!r}; {_HELP}")
        text = raw.strip()
        if text == "same_day":
            return cls("same_day")
        if match := _NEXT_RE.fullmatch(text):
            return cls("next_working_day", time=match[1])
        if not (match := _AMOUNT_RE.fullmatch(text)):
            raise LimitError(f"can't read the time limit {raw!r}; {_HELP}")
        unit = match[2] if match[2] in AMOUNT_UNITS else f"{match[2]}s"
        if unit not in AMOUNT_UNITS:
            raise LimitError(f"unknown unit {match[2]!r} in the time limit {raw!r}; {_HELP}")
        return cls(cast(Unit, unit), Decimal(match[1]).normalize() + 0)

    def plain(self) -> str | dict[str, str]:
        """Give the limit as a procedure file writes it."""
        return {self.unit: self.time} if self.time is not None else str(self)

    def __str__(self) -> str:
        if self.time is not None:
            return f"{self.unit} {self.time}"
        return self.unit if self.unit == "same_day" else f"{self.amount:f} {self.unit}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.plain_serializer_function_ser_schema(cls.plain)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        units = "|".join(f"{unit[:-1]}s?" for unit in AMOUNT_UNITS)
        return {
            "title": "Limit",
            "description": "A time limit, counted by the procedure's working calendar.",
            "anyOf": [
                {
                    "type": "string",
                    "pattern": rf"^({_AMOUNT} +({units})|same_day|next_working_day +{_TIME})$",
                    "examples": ["3 working_days", "30 minutes", "same_day"],
                },
                {
                    "type": "object",
                    "properties": {"next_working_day": {"type": "string", "pattern": f"^{_TIME}$"}},
                    "required": ["next_working_day"],
                    "additionalProperties": False,
                },
            ],
        }
