"""The case page and its forms without an engine: what each sees and may do, what is kept when nothing can be done."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from httpx import Response

from complaints.vocabulary import ACTIONS
from templates.languages import LANGUAGES
from tests.api.test_cases import CSD, HEAD, under_way
from tests.support.door import PROCEDURE, Door


async def head_of(door: Door, unit: str) -> str:
    directory = door.the.directory(PROCEDURE)
    assert directory is not None
    found = directory.unit(unit)
    assert found is not None and found.head is not None
    return found.head


async def desk(door: Door) -> str:
    directory = door.the.directory(PROCEDURE)
    assert directory is not None
    return next(one.id for one in directory.people if "csd" in one.roles)


async def look(door: Door, path: str, person: str, *, language: str = "en", procedure: str = PROCEDURE) -> Response:
    headers = door.bearer(person, *(() if procedure else ("operator",)), procedure=procedure)
    return await door.client.get(path, headers={**headers, "Accept-Language": language, "Accept": "text/html"})


def words(page: Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def send(door: Door, number: str, action: str, person: str, **given: Any) -> Response:
    """Fills the form in as it is shown and sends it."""
    path = f"/cases/{number}/do/{action}"
    page = await look(door, path, person)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    body = {**hidden, "do": "take", **{f"f_{name}": value for name, value in given.items()}}
    return await door.client.post(path, data=body, headers={**door.bearer(person), "Accept-Language": "en"})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_shows_the_next_step_to_whose_it_is_and_to_nobody_else(door: Door, language: str) -> None:
    number = await under_way(door)
    head = await look(door, f"/cases/{number}", await head_of(door, "engineering"), language=language)
    assert head.status_code == 200
    assert f'class="button first" href="/cases/{number}/do/propose"' in head.text
    other = await look(door, f"/cases/{number}", await desk(door), language=language)
    assert "do/propose" not in other.text and f"/cases/{number}/do/inform" in other.text


async def test_the_page_explains_each_date_day_by_day_and_tells_what_comes(door: Door) -> None:
    door.clock("2026-11-27T10:00")
    number = await door.filed()
    await door.happens(number, "assess", "csd-1", CSD, admissible=True, severity="general")
    await door.happens(number, "dispatch", "csd-1", CSD, unit="engineering")
    said = words(await look(door, f"/cases/{number}", await desk(door)))
    for part in ("From: Handed over", "Sat 28 Nov rest day", "GT-06", "If nobody acts", "3 working days"):
        assert part in said


async def test_overdue_is_said_in_words_and_how_long(door: Door) -> None:
    number = await under_way(door)
    await door.time_passes(number, "2026-11-24T20:00")
    said = words(await look(door, f"/cases/{number}", await desk(door)))
    assert "! " in said and "overdue by 2 hr" in said


async def test_an_operator_sees_no_word_of_anybody_and_the_way_to_the_workflow(door: Door) -> None:
    number = await under_way(door)
    page = await look(door, f"/cases/{number}?all=1", "operator-1", procedure="")
    assert page.status_code == 200
    assert "Rain comes in" not in page.text and "person@example.org" not in page.text
    case = await door.the.records.case(number=number)
    assert f"/workflows/complaint-{case.case_id}" in page.text
    there = await look(door, f"/workflow/{number}", "operator-1", procedure="")
    assert there.status_code == 303 and there.headers["location"].endswith(f"complaint-{case.case_id}")
    back = await look(door, f"/workflow?find=complaint-{case.case_id}", "operator-1", procedure="")
    assert f'href="/cases/{number}"' in back.text
    assert (await look(door, "/workflow?find=nothing", "operator-1", procedure="")).status_code == 404
    assert (await look(door, f"/workflow/{number}", await desk(door))).status_code == 403


async def test_somebody_passed_over_reads_no_words_and_may_do_nothing(door: Door) -> None:
    person = await head_of(door, "engineering")
    number = await door.filed(subject=person)
    page = await look(door, f"/cases/{number}", person)
    assert page.status_code == 403 and "Rain comes in" not in page.text and "/do/" not in page.text
    form = await look(door, f"/cases/{number}/do/note", person)
    assert form.status_code == 409 and "passed over" in words(form) and "<textarea" not in form.text


async def test_a_form_with_something_missing_says_where_and_keeps_the_rest(door: Door) -> None:
    number = await under_way(door)
    person = await head_of(door, "engineering")
    answer = await send(door, number, "propose", person, cause="", measures="Replace the seal.")
    assert answer.status_code == 422
    assert '<a href="#f_cause">Cause</a>' in answer.text and 'aria-describedby=" e_cause"' in answer.text
    assert "Replace the seal." in answer.text
    assert await door.the.records.attempts((await door.the.records.case(number=number)).case_id) == []


async def test_what_could_not_be_taken_waits_as_a_draft_for_its_writer_alone(door: Door) -> None:
    number = await under_way(door)
    person = await head_of(door, "engineering")
    answer = await send(door, number, "propose", person, cause="The seal aged.", measures="Replace it.")
    assert answer.status_code == 503 and "The seal aged." in answer.text and "kept as a draft" in words(answer)
    again = await look(door, f"/cases/{number}/do/propose", person)
    assert "The seal aged." in again.text and "your draft" in words(again)
    assert "(draft)" in words(await look(door, f"/cases/{number}", person))
    assert "draft" not in words(await look(door, f"/cases/{number}", await desk(door)))


async def test_a_refused_action_says_why_is_listed_and_keeps_what_was_written(door: Door) -> None:
    number = await under_way(door)
    person = await head_of(door, "engineering")
    page = await look(door, f"/cases/{number}/do/propose", person)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    await door.happens(number, "propose", person, HEAD, cause="x", measures="y")
    sent = {**hidden, "do": "take", "f_cause": "The seal aged.", "f_measures": "Replace it."}
    answer = await door.client.post(
        f"/cases/{number}/do/propose", data=sent, headers={**door.bearer(person), "Accept-Language": "en"}
    )
    assert answer.status_code == 409
    assert "not possible at the stage" in words(answer) and "The seal aged." in answer.text
    everything = words(await look(door, f"/cases/{number}?all=1", person))
    assert "Propose measures: refused" in everything
    assert "Propose measures: refused" not in words(await look(door, f"/cases/{number}", person))


async def test_a_draft_can_be_kept_on_purpose_and_thrown_away(door: Door) -> None:
    number = await under_way(door)
    person = await desk(door)
    path = f"/cases/{number}/do/note"
    page = await look(door, path, person)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    kept = await door.client.post(
        path, data={**hidden, "do": "keep", "f_text": "To be thought over."}, headers=door.bearer(person)
    )
    assert kept.status_code == 303 and "kept=note" in kept.headers["location"]
    assert "To be thought over." in (await look(door, path, person)).text
    await door.client.post(path, data={**hidden, "do": "drop"}, headers=door.bearer(person))
    assert "To be thought over." not in (await look(door, path, person)).text


async def test_a_form_that_another_site_sends_does_nothing(door: Door) -> None:
    number = await under_way(door)
    person = await head_of(door, "engineering")
    sent = {"do": "take", "key": "k", "nonce": "forged", "f_cause": "a", "f_measures": "b"}
    answer = await door.client.post(f"/cases/{number}/do/propose", data=sent, headers=door.bearer(person))
    assert answer.status_code == 422


async def test_every_action_of_the_vocabulary_answers_with_a_page_at_any_stage(door: Door) -> None:
    number = await under_way(door)
    for action in ACTIONS:
        page = await look(door, f"/cases/{number}/do/{action}", await desk(door), language="zh-CN")
        # Files are added on the case page itself.
        assert page.status_code in ((303,) if action == "attach" else (200, 409)), (action, page.text)


async def test_the_number_of_a_case_opens_the_form_that_the_worklist_asks_for(door: Door) -> None:
    number = await under_way(door)
    answer = await look(door, f"/cases/{number}?do=note", await desk(door))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{number}/do/note")


async def test_a_promised_date_stands_among_the_limits_and_says_that_it_was_set(door: Door) -> None:
    number = await under_way(door)
    await door.happens(number, "promise", "csd-1", CSD, kind="reply", until="2026-11-27T12:00:00+08:00")
    page = await door.client.get(f"/cases/{number}", params={"lang": "en"}, headers=door.bearer("csd-1"))
    assert page.status_code == 200, page.text
    assert "The date was set: Fri 27 Nov 12:00" in page.text
