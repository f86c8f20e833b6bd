"""Instants as people read them: with weekday and time zone, in their own language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_name

from complaints.instants import Instant

_WHOLE = {"zh-CN": "y年M月d日(EEEE)HH:mm", "en": "HH:mm 'on' EEEE d MMMM y"}
_DAY = {"zh-CN": "y年M月d日(EEEE)", "en": "EEEE d MMMM y"}
_LISTED = {"zh-CN": "M月d日(EEE)", "en": "EEE d MMM"}
_STAMP = "y-MM-dd HH:mm"
_MONTHDAY = {"zh-CN": "M月d日", "en": "d MMM"}
_SHORT = {"zh-CN": "M月d日(EEE)HH:mm", "en": "EEE d MMM HH:mm"}


def moment(at: Instant, zone: str, language: str) -> str:
    """`18:00 on Tuesday 24 November 2026 (China time)`, `北京时间2026年11月24日(星期二)18:00`."""
    return _zoned(_format(at, zone, language, _WHOLE[language]), zone, language)


def deadline(at: Instant, zone: str, language: str) -> str:
    """The same as a limit: `by 18:00 on …`, `…18:00前`."""
    written = moment(at, zone, language)
    return f"{written}前" if language == "zh-CN" else f"by {written}"


def day(at: Instant, zone: str, language: str) -> str:
    """The day alone, with its weekday."""
    return _format(at, zone, language, _DAY[language])


def short(at: Instant, zone: str, language: str) -> str:
    """For tables and pages: `Tue 24 Nov 18:00`, `11月24日(周二)18:00`."""
    return _format(at, zone, language, _SHORT[language])


def relative(seconds: int, language: str, *, directed: bool = True) -> str:
    """How far off something is, before or behind: `in 3 hr.`, `2 days ago`, `3小时后`; or the length alone: `3 hr`."""
    unit: Literal["minute", "hour", "day"] = (
        "minute" if abs(seconds) < 3600 else "hour" if abs(seconds) < 86_400 else "day"
    )
    return format_timedelta(
        timedelta(seconds=seconds),
        granularity=unit,
        # One unit, cut off as the pages' script cuts it.
        threshold=10_000,
        add_direction=directed,
        format="short",
        locale=language.replace("-", "_"),
    )


def weekday_of(day: date, language: str) -> str:
    """A day of a list of days: `Sat 28 Nov`, `11月28日(周六)`."""
    return format_date(day, _LISTED[language], locale=language.replace("-", "_"))


def yearmonth(day: date, language: str) -> str:
    """The month of a day: `November 2026`, `2026年11月`."""
    return format_date(day, {"zh-CN": "y年M月", "en": "MMMM y"}[language], locale=language.replace("-", "_"))


def stamp(at: Instant, zone: str, language: str) -> str:
    """For narrow columns of papers: `2026-11-24 18:00`."""
    return _format(at, zone, language, _STAMP)


def monthday(at: Instant, zone: str, language: str) -> str:
    """For narrow columns: `24 Nov`, `11月24日`."""
    return _format(at, zone, language, _MONTHDAY[language])


@lru_cache(maxsize=8192)
def _format(at: Instant, zone: str, language: str, pattern: str) -> str:
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    return format_datetime(local, pattern, locale=language.replace("-", "_"))


def _zoned(written: str, zone: str, language: str) -> str:
    name = zone_name(zone, language)
    return f"{name}{written}" if language == "zh-CN" else f"{written} ({name})"


@lru_cache
def zone_name(zone: str, language: str) -> str:
    """`China time`, `北京时间`; what Chinese letters call the time of China is not what the locale data calls it."""
    if zone in ("UTC", "Etc/UTC"):
        return "UTC" if language == "en" else "协调世界时"
    if language == "zh-CN" and zone in ("Asia/Shanghai", "Asia/Chongqing", "PRC"):
        return "北京时间"
    name = get_timezone_name(ZoneInfo(zone), "long", zone_variant="generic", locale=language.replace("-", "_"))
    return name[:-4] + "time" if name.endswith("Time") else name
