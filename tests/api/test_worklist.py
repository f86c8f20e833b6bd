"""The worklist as its pages show it: whose turn it is, what is late, what is found, what is kept."""

from __future__ import annotations

import re

import pytest
from httpx import Response

from tests.api.test_cases import under_way
from tests.support.door import Door


async def listed(door: Door, person: str, **query: str) -> Response:
    page = await door.client.get("/cases", params={"lang": "en"} | query, headers=door.bearer(person))
    assert page.status_code == 200, page.text
    return page


def rows(page: Response) -> list[str]:
    """What each line of the table says, without markup."""
    body = page.text.split("<tbody")[1].split("</tbody>")[0] if "<tbody" in page.text else ""
    plain = [re.sub(r"<[^>]+>", " ", row) for row in body.split("<tr")[1:]]
    return [" ".join(row.split("role= row", 1)[-1].split()) for row in plain]


async def test_each_sees_first_what_waits_for_him_and_the_last_column_opens_it_there(door: Door) -> None:
    door.clock("2026-11-23T09:00")
    number = await door.filed()
    (line,) = rows(await listed(door, "csd-1"))
    assert "Rain comes in at the window." in line
    page = await listed(door, "csd-1")
    assert f'href="/cases/{number}?do=assess"' in page.text
    assert rows(await listed(door, "eng-head")) == []
    (theirs,) = rows(await listed(door, "eng-head", tab="all"))
    assert "Assess" in theirs
    assert "?do=" not in (await listed(door, "eng-head", tab="all")).text


async def test_a_handed_over_case_is_its_units(door: Door) -> None:
    number = await under_way(door)
    assert number in (await listed(door, "eng-head")).text
    assert number in (await listed(door, "eng-1", tab="unit")).text
    assert rows(await listed(door, "prop-head", tab="unit")) == []
    (line,) = rows(await listed(door, "csd-1", tab="all", unit="engineering"))
    assert "Engineering" in line
    assert rows(await listed(door, "prop-head", tab="unit", unit="engineering")) == []


async def test_what_is_late_is_said_in_words_and_comes_first(door: Door) -> None:
    door.clock("2026-11-23T09:00")
    late = await door.filed()
    door.clock("2026-11-26T09:00")
    fresh = await door.filed()
    page = await listed(door, "csd-1")
    lines = rows(page)
    assert [late in lines[0], fresh in lines[1]] == [True, True]
    assert re.search(r"overdue by \d+ day", lines[0])
    assert "overdue" not in lines[1]
    (only,) = rows(await listed(door, "csd-1", overdue="true"))
    assert late in only
    zh = await door.client.get("/cases", params={"lang": "zh-CN"}, headers=door.bearer("csd-1"))
    assert re.search(r"已逾期\d+天", zh.text)


async def test_in_the_last_quarter_of_its_time_a_case_is_due_soon(door: Door) -> None:
    door.clock("2026-11-23T09:00")
    number = await door.filed()
    (line,) = rows(await listed(door, "csd-1"))
    assert "due soon" not in line
    case = await door.the.records.case(number=number)
    due = next(running.due for running in case.state.clocks.values())
    door.the.now = lambda: due - (due - case.received_at) // 5
    (line,) = rows(await listed(door, "csd-1"))
    assert "due soon" in line and "overdue" not in line


async def test_a_case_is_found_by_words_and_a_whole_number_leads_straight_to_it(door: Door) -> None:
    number = await door.filed(about="The barrier of the car park hangs.", place="Gate 7")
    await door.filed()
    (line,) = rows(await listed(door, "csd-1", q="barrier gate"))
    assert number in line
    assert number in (await listed(door, "csd-1", q="person@example.org")).text
    assert rows(await listed(door, "csd-1", q="nothing of the kind")) == []
    led = await door.client.get("/cases", params={"q": number}, headers=door.bearer("csd-1"))
    assert (led.status_code, led.headers["location"]) == (303, f"/cases/{number}")


async def test_who_is_complained_about_neither_reads_the_story_nor_finds_by_it(door: Door) -> None:
    number = await door.filed(about="The engineer shouted at us.", subject="eng-1")
    (line,) = rows(await listed(door, "eng-1", tab="all"))
    assert number in line and "shouted" not in line and "not for you to read" in line
    assert rows(await listed(door, "eng-1", q="shouted")) == []
    (line,) = rows(await listed(door, "csd-1", q="shouted"))
    assert "shouted" in line


async def test_another_institutions_people_see_nothing_of_it(door: Door) -> None:
    number = await door.filed()
    page = await door.client.get("/cases", params={"tab": "all"}, headers=door.bearer("csd-1", procedure="hospital"))
    assert number not in page.text
    operator = await door.client.get("/cases", headers=door.bearer("operator", "operator", procedure=""))
    assert number in operator.text and "Rain comes in" not in operator.text


async def test_a_view_is_kept_shown_and_removed_by_its_owner(door: Door) -> None:
    page = await listed(door, "csd-1", overdue="true", unit="engineering")
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text.split("<main")[1])
    query = re.search(r'name="query" value="([^"]*)"', page.text)
    assert nonce and query
    sent = {"nonce": nonce[1], "query": query[1].replace("&amp;", "&"), "name": "late <b>works</b>"}
    kept = await door.client.post("/views", data=sent, headers=door.bearer("csd-1"))
    assert kept.status_code == 303
    assert kept.headers["location"] == "/cases?tab=all&unit=engineering&overdue=true"
    assert "late &lt;b&gt;works&lt;/b&gt;" in (await listed(door, "csd-1")).text
    assert "late &lt;b&gt;works" not in (await listed(door, "eng-head")).text
    refused = await door.client.post("/views", data=sent | {"nonce": "forged"}, headers=door.bearer("csd-1"))
    assert refused.status_code == 403
    assert (
        await door.client.post("/views", data=sent | {"name": " "}, headers=door.bearer("csd-1"))
    ).status_code == 422
    await door.client.post("/views", data=sent | {"drop": "late <b>works</b>"}, headers=door.bearer("csd-1"))
    assert "late &lt;b&gt;works" not in (await listed(door, "csd-1")).text


async def test_a_long_list_goes_on_over_the_page(door: Door) -> None:
    numbers = {await door.filed() for _ in range(52)}
    first = await listed(door, "csd-1")
    more = re.search(r'href="(/cases\?[^"]*after=[^"]+)"', first.text)
    assert more
    second = await door.client.get(more[1].replace("&amp;", "&"), headers=door.bearer("csd-1"))
    found = re.findall(r'href="/cases/([\d-]+)"', first.text + second.text)
    assert set(found) == numbers and len(found) == 52
    assert ">(52)<" in first.text
    wrong = await door.client.get("/cases?tab=all&after=nonsense", headers=door.bearer("csd-1"))
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("person", "there", "missing"),
    [
        ("csd-1", ["/cases", "/receive"], ["/admin", "/nowhere"]),
        ("leader-1", ["/cases", "/receive"], []),
    ],
)
async def test_the_menu_leads_only_where_one_may_go(
    door: Door, person: str, there: list[str], missing: list[str]
) -> None:
    page = await listed(door, person)
    menu = page.text.split("<nav")[1].split("</nav>")[0]
    assert [path for path in there if f'href="{path}"' not in menu] == []
    assert [path for path in missing if f'href="{path}"' in menu] == []
    for path in re.findall(r'href="(/[^"]+)"', menu):
        assert (await door.client.get(path, headers=door.bearer(person))).status_code == 200
