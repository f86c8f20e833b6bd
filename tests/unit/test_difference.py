"""What is different between two versions, and what a move would do to a case, before anything is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from complaints.difference import differences, preview
from tests.support.stories import SILENCE, story_of, until
from tests.support.versions import days_off, limit, move, part, recount, version, without

STORY = story_of(SILENCE)
RULES = STORY.rules
STATE, _, NOW = until(STORY, 3)


def local(instant: int | None) -> str:
    return RULES.calendar.at_local(instant).strftime("%m-%d %H:%M") if instant is not None else "paused"


def test_each_rule_that_is_new_gone_or_another_is_told_with_its_clause() -> None:
    def change(plain: dict[str, Any]) -> None:
        limit("proposal", "2 working_days")(plain)
        without("clocks", "contact")(plain)
        plain["roles"]["clerk"] = {"name": {"zh-CN": "科员", "en": "Clerk"}}
        plain["paths"][0]["stages"].pop(-2)
        plain["version"] = "2"

    found = {(one.part, one.rule, one.what, one.field): one for one in differences(RULES, version(RULES, change))}
    changed = found["clocks", "proposal", "changed", "limit"]
    assert (changed.before, changed.after, changed.clause) == (
        {"limit": "3 working_days"}, {"limit": "2 working_days"}, "GT-06",
    )  # fmt: skip
    assert {key[:3] for key in found} == {
        ("clocks", "proposal", "changed"), ("clocks", "contact", "gone"), ("roles", "clerk", "new"),
        ("stages", "revisit", "gone"), ("stages", "path standard", "gone"), ("version", "", "new"),
    }  # fmt: skip


def test_inside_a_rule_only_what_differs_is_told() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["classification"]["severity"]["values"].pop("major")
        part(plain, "clocks", "proposal")["ladder"].insert(0, {"do": "remind", "before": "1 working_days"})
        note = next(one for one in plain["notifications"] if one["letter"] == "approval_request")
        note["channels"] = ["mail", "sms"]

    found = [(x.part, x.rule, x.what, x.field, x.after) for x in differences(RULES, version(RULES, change))]
    assert found == [
        ("classification", "severity", "gone", "values.major", None),
        ("clocks", "proposal", "new", "ladder", [{"do": "remind", "before": "1 working_days"}]),
        ("notifications", "approval_request", "new", "channels", ["mail", "sms"]),
    ]


def test_equal_versions_have_no_difference_and_calendars_are_not_compared() -> None:
    assert differences(RULES, days_off(RULES, "2026-10-12")) == ()


def test_the_preview_tells_each_limit_before_and_after_and_what_comes_at_once() -> None:
    when = RULES.calendar.instant(datetime.fromisoformat("2026-10-08T16:00"))
    found = preview(RULES, STATE, move(version(RULES, limit("proposal", "2 working_hours")), when))
    clocks = {one.key: (local(one.was), local(one.due), one.changed, one.overdue) for one in found.clocks}
    assert clocks == {
        "contact": ("10-09 18:00", "10-09 18:00", False, False),
        "proposal": ("10-12 18:00", "10-08 11:40", True, True),
    }
    assert (found.lacks, found.events) == ((), ("overdue", "chased"))


def test_the_preview_follows_a_limit_to_its_new_name() -> None:
    renamed = version(RULES, lambda plain: part(plain, "clocks", "proposal").update(id="measures_due"))
    found = {one.key: one.changed for one in preview(RULES, STATE, move(renamed, NOW)).clocks}
    assert found == {"contact": False, "proposal": False}


def test_the_preview_of_a_move_that_cannot_be_names_every_reason() -> None:
    def change(plain: dict[str, Any]) -> None:
        without("clocks", "contact")(plain)
        without("clocks", "proposal")(plain)

    found = preview(RULES, STATE, move(version(RULES, change), NOW))
    assert [lack.code for lack in found.lacks] == ["clock_gone", "clock_gone"]
    assert found.clocks == ()


def test_the_preview_of_published_holidays_names_only_what_they_put_off() -> None:
    found = preview(RULES, STATE, recount(days_off(RULES, "2026-10-12"), NOW))
    assert {one.key: local(one.due) for one in found.clocks if one.changed} == {"proposal": "10-13 18:00"}
