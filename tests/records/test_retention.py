"""Personal data go on request or when their time is over; proof and figures stay."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from complaints.case import State
from complaints.errors import NotFound, Refused
from complaints.procedure.load import load_procedure
from complaints.procedure.model import Procedure
from complaints.retention import kept_until
from records import Records
from records.figures import Scope
from records.files import Files
from records.values import StoredFile, WorkFilter
from runtime.settings import HOUSE
from tests.support.small_case import DESK, PROCEDURE, ZONE, Play, accepted, at, rules_texts
from worker import let_go

PROCEDURES = sorted(file for file in (HOUSE / "procedures").glob("*.yaml") if "." not in file.stem)
CLOSED = "2026-11-23T10:00"


async def closed(records: Records, at_once: str = CLOSED, **given: Any) -> Play:
    """A case that was answered at once."""
    play = await accepted(records, **given)
    content = await records.put_content(play.accepted.case, {"reply": "Mended."}, "p-desk", "reply")
    play.act(at_once, "resolve", DESK, {}, content)
    await records.append(play.accepted.case, play.unsent)
    return play


def stored(files: Files) -> StoredFile:
    ident, size, digest = files.put(io.BytesIO(b"a picture"))
    return StoredFile(ident, "window.png", "image/png", size, digest)


async def test_erasing_takes_words_people_and_files_and_leaves_proof_and_figures(
    records: Records, tmp_path: Path
) -> None:
    files = Files(tmp_path / "attachments")
    file = stored(files)
    case = (await closed(records, files=(file,), place="12-3-801")).accepted.case
    await records.drafts.keep(case, "p-desk", "note", {"text": ["her name"]}, 1)
    number = (await records.case(id=case)).number
    events = await records.events(case)
    state = (await records.case(id=case)).state
    assert (await records.retention.held(case)).files == 1

    went = await records.retention.erase(case, files)

    assert (went.number, went.texts, went.files) == (number, 2, 1)
    assert await records.contents(case) == {}
    assert (await records.complainant(case)).name == ""
    assert await records.drafts.actions(case, "p-desk") == ()
    assert files.sha256(file.id) == ""
    wanted = WorkFilter(at=at(CLOSED), procedures=("small",), closed=True)
    assert [row.number for row in (await records.worklist(wanted)).rows] == [number]
    for word in ("801", "water", "a@example.org", "Complainant A"):
        assert (await records.worklist(replace(wanted, find=word))).rows == ()
    assert await records.events(case) == events
    assert (await records.case(id=case)).state == state
    assert await records.verify() == []
    await records.figures.rebuild()
    assert await records.verify() == [], "what figures are counted from is made anew from the events alone"
    again = await records.retention.erase(case, files)
    assert (again.texts, again.files) == (0, 0)


async def test_what_is_counted_is_the_same_before_and_after_erasing(records: Records, tmp_path: Path) -> None:
    small = Procedure.model_validate(PROCEDURE)
    scope = Scope("small", "Asia/Shanghai", at("2026-12-04T15:00"), 4)
    cases = [(await closed(records, place="801")).accepted.case, (await closed(records)).accepted.case]
    await accepted(records)

    async def counted() -> tuple[object, ...]:
        span = at("2026-11-01T00:00"), at("2026-12-01T00:00")
        return (
            await records.figures.statistics(small, *span, "month"),
            await records.figures.overview(scope),
            await records.counts(WorkFilter(at=scope.at)),
            await records.received("small", *span),
        )

    before = await counted()
    heads = [(await records.case(id=case)).state.head for case in cases]
    for case in cases:
        await records.retention.erase(case, Files(tmp_path))
    assert await counted() == before
    assert [(await records.case(id=case)).state.head for case in cases] == heads
    assert await records.verify() == []


@pytest.mark.parametrize("file", PROCEDURES, ids=lambda file: file.stem)
def test_each_procedure_keeps_important_cases_at_least_as_long_as_others(file: Path) -> None:
    procedure = load_procedure(file)
    rule = procedure.retention
    assert 1 <= rule.years <= rule.longer
    facts = {name: one[0] if isinstance(one, list) else one for name, one in rule.important.items()}
    instant = at("2026-11-23T10:00")
    plain, important = State(case="x", procedure=procedure.id), State(case="x", procedure=procedure.id, facts=facts)
    years = [
        datetime.fromtimestamp(kept_until(procedure, one, instant), ZONE).year - 2026 for one in (plain, important)
    ]
    assert years == [rule.years, rule.longer if rule.important else rule.years]
    if procedure.id == "membership":
        assert (rule.clause, years) == ("MB-08", [1, 5])


async def test_an_open_case_is_never_erased(records: Records, tmp_path: Path) -> None:
    files = Files(tmp_path)
    file = stored(files)
    play = await accepted(records, files=(file,))
    with pytest.raises(Refused) as refused:
        await records.retention.erase(play.accepted.case, files)
    assert refused.value.code == "still_open"
    assert (await records.complainant(play.accepted.case)).name == "Complainant A"
    assert files.sha256(file.id) == file.sha256
    with pytest.raises(NotFound):
        await records.retention.erase("0" * 32, files)


async def test_what_is_past_its_time_goes_and_nothing_else(records: Records, tmp_path: Path) -> None:
    short = rules_texts(retention={"years": 1, "longer": 3, "important": {"severity": "urgent"}})
    plain = await closed(records, texts=short)
    important = await closed(records, texts=short, severity="urgent")
    longer = await closed(records)
    still = await accepted(records, texts=short)

    async def past(when: str) -> list[str]:
        return [kept.case_id async for kept in records.retention.past(at(when))]

    assert await past("2027-11-23T09:59") == []
    assert await past("2027-11-23T10:00") == [plain.accepted.case]
    assert set(await past("2029-11-23T10:00")) == {plain.accepted.case, important.accepted.case}
    later = {plain.accepted.case, important.accepted.case, longer.accepted.case}
    assert set(await past("2031-11-23T10:00")) == later
    await records.retention.erase(plain.accepted.case, Files(tmp_path))
    assert await past("2027-11-23T10:00") == []
    assert (await records.complainant(still.accepted.case)).name


async def test_a_case_that_closed_on_the_29th_of_february_is_kept_whole_years(records: Records) -> None:
    play = await closed(records, texts=rules_texts(retention={"years": 1}))
    until = kept_until(play.rules.procedure, play.state, at("2028-02-29T10:00"))
    assert until == at("2029-03-01T10:00")


async def test_the_workers_let_go_of_it_when_they_are_told_to(database_url: str, tmp_path: Path) -> None:
    records = Records(database_url, now=lambda: at("2027-11-23T10:00"))
    case = (await closed(records, texts=rules_texts(retention={"years": 1}))).accepted.case
    other = (await closed(records)).accepted.case
    assert await let_go(records, Files(tmp_path)) == 1
    assert (await records.complainant(case)).name == ""
    assert (await records.complainant(other)).name
    assert await records.verify() == []
    await records.close()
