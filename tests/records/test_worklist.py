"""Worklists and counts."""

from sqlalchemy import create_engine, event

from complaints.case.model import Actor
from records import Records
from records.values import StageCount, WorkFilter
from records.worklist import counts, page
from tests.support.small_case import DESK, accepted, at

NOW = at("2026-11-23T15:00")


async def three(records: Records) -> list[str]:
    """Three cases, a working day after one another; the first is handed to a unit. Their ids in that order."""
    first = await accepted(records, when="2026-11-20T09:00")
    second = await accepted(records, when="2026-11-23T09:00", severity="urgent")
    third = await accepted(records, when="2026-11-24T09:00")
    first.act("2026-11-20T09:30", "assess", DESK, {"admissible": True})
    first.act("2026-11-20T10:00", "dispatch", DESK, {"unit": "engineering"})
    await records.append(first.accepted.case, first.unsent)
    return [play.accepted.case for play in (first, second, third)]


async def test_the_most_urgent_case_comes_first_and_pages_join(records: Records) -> None:
    first, second, third = await three(records)
    whole = await records.worklist(WorkFilter(at=NOW))
    order = [row.case_id for row in whole.rows]
    assert order == [second, third, first]
    assert [row.overdue for row in whole.rows] == [True, False, False]
    assert whole.next is None
    seen: list[str] = []
    after = None
    while True:
        part = await records.worklist(WorkFilter(at=NOW, limit=1, after=after))
        seen += [row.case_id for row in part.rows]
        after = part.next
        if after is None:
            break
    assert seen == order


async def test_a_list_is_narrowed_by_stage_unit_severity_procedure_and_lateness(records: Records) -> None:
    first, second, third = await three(records)

    async def found(wanted: WorkFilter) -> set[str]:
        return {row.case_id for row in (await records.worklist(wanted)).rows}

    assert await found(WorkFilter(at=NOW, stages=("investigation",))) == {first}
    assert await found(WorkFilter(at=NOW, units=("engineering",))) == {first}
    assert await found(WorkFilter(at=NOW, severities=("urgent",))) == {second}
    assert await found(WorkFilter(at=NOW, overdue=True)) == {second}
    assert await found(WorkFilter(at=NOW, overdue=False)) == {first, third}
    assert await found(WorkFilter(at=NOW, procedures=("other",))) == set()
    assert await found(WorkFilter(at=NOW, roles=("responsible",))) == {first}
    assert await found(WorkFilter(at=NOW, person="nobody")) == set()
    assert await found(WorkFilter(at=NOW, person="nobody", roles=("csd",))) == {first, second, third}


async def test_whose_turn_it_is_follows_the_case(records: Records) -> None:
    first, *_ = await three(records)
    (row,) = (await records.worklist(WorkFilter(at=NOW, units=("engineering",)))).rows
    assert row.case_id == first
    assert row.awaited[0].role == "responsible"


async def test_a_closed_case_leaves_the_worklist_and_can_be_listed(records: Records) -> None:
    play = await accepted(records)
    play.act("2026-11-23T09:10", "withdraw", Actor("", ("complainant",)), {})
    await records.append(play.accepted.case, play.unsent)
    assert play.state.stage == "closed"
    assert (await records.worklist(WorkFilter(at=NOW))).rows == ()
    (row,) = (await records.worklist(WorkFilter(at=NOW, closed=True))).rows
    assert (row.closed_at, row.overdue, row.awaited) == (at("2026-11-23T09:10"), False, ())
    assert await records.verify() == []


async def test_counts_tell_cases_and_late_ones_by_stage(records: Records) -> None:
    await three(records)
    assert await records.counts(WorkFilter(at=NOW)) == [
        StageCount("assessment", 2, 1),
        StageCount("investigation", 1, 0),
    ]
    assert await records.counts(WorkFilter(at=NOW, units=("none",))) == []


async def test_lists_and_counts_are_read_from_indexes(sqlite_url: str) -> None:
    asked: list[tuple[str, object]] = []
    engine = create_engine(sqlite_url)

    @event.listens_for(engine, "before_cursor_execute")
    def _listen(_c: object, _cursor: object, statement: str, parameters: object, _x: object, _many: object) -> None:
        asked.append((statement, parameters))

    wanted = WorkFilter(at=NOW, procedures=("small",))
    with engine.connect() as connection:
        page(connection, WorkFilter(at=NOW))
        counts(connection, wanted)
        both = tuple(asked)
        for statement, parameters in both:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
            steps = [row[3] for row in plan]
            assert any("USING" in step and "ix_cases_open" in step for step in steps), steps
            assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), steps
    engine.dispose()
