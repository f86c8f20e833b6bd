"""Papers are read back complete from the record."""

import pytest

from complaints.case.model import Content
from complaints.errors import NotFound
from records import Records
from tests.support.small_case import DESK, HEAD, accepted


async def test_the_papers_of_a_case_are_filled_from_the_record_alone(records: Records) -> None:
    play = await accepted(records)
    case = play.accepted.case

    async def words(key: str, **texts: str) -> Content:
        return await records.put_content(case, texts, "p-desk", key)

    play.act("2026-11-23T09:20", "assess", DESK, {"admissible": True})
    play.act("2026-11-23T09:30", "dispatch", DESK, {"unit": "engineering"})
    play.act("2026-11-23T10:00", "propose", HEAD, {}, await words("1", cause="seal aged", measures="new seal"))
    play.act("2026-11-24T10:00", "implement", HEAD, {}, await words("2", done="sealed"))
    play.act("2026-11-24T15:00", "reply", DESK, {}, await words("3", reply="It is done."))
    await records.append(case, play.unsent)

    register = await records.register(case)
    assert register["received_at"].isoformat() == "2026-11-23T09:00:00+08:00"
    assert register["dispatched_at"].isoformat() == "2026-11-23T09:30:00+08:00"
    assert {name: register[name] for name in ("number", "channel", "category", "complainant", "phone", "about")} == {
        "number": play.accepted.number,
        "channel": "web",
        "category": "repair",
        "complainant": "Complainant A",
        "phone": "000",
        "about": "water comes in",
    }
    assert (register["unit"], register["dispatched_by"], register["reply"]) == ("engineering", "p-desk", "It is done.")
    assert None not in register.values()
    sheet = await records.handling_sheet(case)
    assert (sheet["cause"], sheet["measures"], sheet["done"]) == ("seal aged", "new seal", "sealed")


async def test_what_was_not_written_yet_is_empty_and_an_unknown_paper_is_an_error(records: Records) -> None:
    play = await accepted(records)
    sheet = await records.handling_sheet(play.accepted.case)
    assert (sheet["cause"], sheet["proposed_at"]) == (None, None)
    with pytest.raises(NotFound):
        await records.information_report(play.accepted.case)
