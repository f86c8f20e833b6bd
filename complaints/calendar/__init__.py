"""The working calendar: time limits, and how they are counted in working days and business hours."""

from complaints.calendar.explain import DayLine, Explanation, Reason
from complaints.calendar.limits import Limit, Unit
from complaints.calendar.published import Published
from complaints.calendar.source import build_calendar
from complaints.calendar.spans import FAR, Span
from complaints.calendar.spec import CalendarSpec
from complaints.calendar.working import Counting, WorkingCalendar

__all__ = [
    "FAR",
    "CalendarSpec",
    "Counting",
    "DayLine",
    "Explanation",
    "Limit",
    "Published",
    "Reason",
    "Span",
    "Unit",
    "WorkingCalendar",
    "build_calendar",
]
