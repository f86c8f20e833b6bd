"""A day that somebody gives, however far off, is taken or refused in words; it never breaks a case."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from complaints.case import Message, apply, receive
from complaints.errors import BadInput, Refused
from complaints.fields import CODED, shape_action, shape_complaint, within
from tests.unit.case_machine import FAR_DAYS, World, move, procedures, story_of

YEARS = ("0001-01-02T00:00", "1999-05-05T12:00", "2035-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59-14:00")


@pytest.mark.parametrize("procedure", procedures())
def test_days_far_off_are_taken_or_refused_in_every_action(procedure: str) -> None:
    story, samples = story_of(procedure)
    own = {name for name, field in story.rules.procedure.intake.fields.items() if field.type == "instant"}
    dated = sorted(own | {name for name, kind in CODED.items() if kind == "instant"})
    for name in sorted(own):
        for day in FAR_DAYS:
            with suppress(Refused):
                receive(story.rules, replace(story.submission, facts={**story.submission.facts, name: day}))
    world, random = World(procedure), Random(1)
    for _ in range(12):
        move(world, random)
        for message in [one for some in samples.acts(world.state) for one in list(some)[:1]]:
            for name in dated:
                for day in (FAR_DAYS[0], FAR_DAYS[-2]):
                    data = {**message.data, name: day}
                    with suppress(Refused):
                        apply(
                            world.rules, world.state, Message(message.do, world.now, message.by, data, message.content)
                        )


@pytest.mark.parametrize("year", YEARS)
def test_a_day_after_the_years_that_can_be_counted_is_named_before_it_reaches_the_case(year: str) -> None:
    rules = story_of("property-developer")[0].rules
    late = year >= "2030"
    try:
        data, _ = shape_action(rules, "approve", {"implement_by": year})
        assert not late and isinstance(data["implement_by"], int)
    except BadInput as fault:
        assert late and (fault.field, fault.do) == ("implement_by", "Give an earlier time.")


def test_a_complaint_that_names_such_a_day_is_told_which_field_it_is() -> None:
    rules = story_of("property-butler")[0].rules
    with pytest.raises(BadInput) as told:
        shape_complaint(rules.procedure, within(rules.calendar), {"about": "x", "resident_wants_by": YEARS[2]})
    assert told.value.field == "resident_wants_by"
