"""What cases brought to an end is counted, listed and kept equal to their events."""

from __future__ import annotations

from dataclasses import replace

from complaints.procedure.model import Procedure
from records import Records
from records.figures import Scope, Wanted
from records.figures.values import Kept, Standing
from tests.support.small_case import DESK, HEAD, PROCEDURE, Play, accepted, at

NOW = at("2026-12-04T15:00")
SCOPE = Scope("small", "Asia/Shanghai", NOW, 4)


async def handled(records: Records, received: str, day: str, close: str) -> Play:
    """A case handed over on `day` and closed on `close` with an answer."""
    play = await accepted(records, when=received)
    play.act(f"{day}T09:30", "assess", DESK, {"admissible": True})
    play.act(f"{day}T10:00", "dispatch", DESK, {"unit": "engineering"})
    play.act(f"{day}T11:00", "propose", HEAD, {"cause": "x", "measures": "y"})
    play.act(f"{day}T11:30", "implement", HEAD, {"done": "z"})
    play.act(f"{close}T09:00", "reply", DESK, {"reply": "r"})
    await records.append(play.accepted.case, play.unsent)
    return play


async def three(records: Records) -> None:
    """One closed with all limits kept, one with one missed, one open and overdue."""
    await handled(records, "2026-11-23T09:00", "2026-11-23", "2026-11-25")
    await handled(records, "2026-11-23T09:00", "2026-11-26", "2026-11-27")
    await accepted(records, when="2026-11-24T09:00", category="noise")


async def test_limits_are_counted_by_week_and_clock_in_time_or_not(records: Records) -> None:
    await three(records)
    found = (await records.figures.overview(SCOPE)).kept
    week = Scope("small", "Asia/Shanghai", at("2026-11-23T12:00")).last
    assert found == (Kept(week, "dispatch", 2, 1), Kept(week, "reply", 2, 2))


async def test_open_and_overdue_cases_are_counted_by_stage_and_unit(records: Records) -> None:
    await three(records)
    found = await records.figures.overview(SCOPE)
    assert found.standing == (Standing("assessment", "", 1, 1),)
    assert (found.received, found.overdue_before) == (3, 0)
    assert sum(one.cases for one in found.closed if one.now) == 2


async def test_what_was_overdue_then_is_known_later(records: Records) -> None:
    await three(records)
    late = Scope("small", "Asia/Shanghai", at("2026-12-10T09:00"), 1)
    assert (await records.figures.overview(late)).overdue_before == 1
    then = Scope("small", "Asia/Shanghai", at("2026-12-04T09:00"), 1)
    assert (await records.figures.overview(then)).overdue_before == 1


async def test_every_figure_has_its_list(records: Records) -> None:
    await three(records)

    async def rows(what: str, **more: object) -> int:
        found = await records.figures.listed(Wanted(SCOPE, what, **more))  # type: ignore[arg-type]
        assert found.total == len(found.rows)
        return found.total

    assert await rows("open") == await rows("overdue") == 1
    assert await rows("open", stage="reply") == 0
    assert await rows("open", unit="") == 1
    assert await rows("closed") == 2
    assert await rows("closed", revisits=("yes",)) == 0
    assert await rows("received", category="noise") == 1
    assert await rows("limits") == 4
    assert await rows("missed", clock="dispatch") == 1
    assert await rows("missed", clock="reply") == 0
    assert await rows("limits", week=SCOPE.last) == 0
    assert await rows("decided") == await rows("waiting") == 0


async def test_a_month_is_told_as_the_printed_form_needs_it(records: Records) -> None:
    await three(records)
    small = Procedure.model_validate(PROCEDURE)
    month = await records.figures.statistics(small, at("2026-11-01T00:00"), at("2026-12-01T00:00"), "month")
    assert (month.received, month.closed, month.open_at_start, month.open_at_end) == (3, 2, 0, 1)
    assert month.sorted_by["category"] == {"noise": 1, "repair": 2}
    assert month.outcomes == {"resolved": 2}
    assert [(one.clock, one.ended, one.on_time) for one in month.limits] == [("dispatch", 2, 1), ("reply", 2, 2)]
    assert (month.satisfied, month.revisited, month.median_days) == (None, None, 2)


async def test_nothing_small_enough_to_point_at_a_person_is_public(records: Records) -> None:
    await three(records)
    few = await records.figures.public(SCOPE)
    assert (few.received, few.closed, few.on_time, few.median_days) == (None, None, None, None)
    assert few.categories == (("repair", None), ("noise", None))
    for place in range(5):
        await accepted(records, when=f"2026-11-2{place + 3}T10:00")
    assert await records.figures.public(SCOPE) == few, "kept for ten minutes"
    more = await records.figures.public(replace(SCOPE, at=SCOPE.at + 600))
    # The one small count would follow from the sum, so no category is told.
    assert (more.received, more.categories) == (8, (("repair", None), ("noise", None)))


async def test_results_are_made_anew_from_the_events_alone(records: Records) -> None:
    await three(records)
    before = await records.figures.overview(SCOPE)
    assert await records.verify() == []
    assert await records.figures.rebuild() == 3
    assert await records.figures.overview(SCOPE) == before
    assert await records.verify() == []
