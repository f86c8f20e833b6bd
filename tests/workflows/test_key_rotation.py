"""Another key takes over while cases run: what the old one sealed is still read, what is new goes by the new one."""

from __future__ import annotations

from temporalio.client import Client

from runtime.keys import keyring, retire, rotate
from runtime.temporal import connect
from tests.support.histories import history, payloads, replays_and_never_failed
from tests.support.works import DESK, HEAD, LEADER, Case, Works


async def sealed_by(client: Client, case: Case) -> list[str]:
    """The ids of the keys that sealed the payloads of a case's history, in their order."""
    entries = await history(client, case.id)
    found = [payload for entry in entries for where, payload in payloads(entry) if "search_attributes" not in where]
    return [payload.metadata["key"].decode() for payload in found]


async def taken_up(house: Works) -> None:
    """All processes start again."""
    await house.rest()
    house.client = await connect(house.settings, patience=60)
    await house.work()


async def test_a_case_that_began_under_the_old_key_goes_on_under_the_new_one(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    old = keyring(house.settings.keys_dir, "payloads").current.id
    before = await sealed_by(house.client, case)
    assert set(before) == {old}

    new = rotate(house.settings.keys_dir, "payloads").current.id
    await taken_up(house)
    assert "approved" in (await case.act("approve", LEADER, requirements="Before the rain.")).events
    await case.act("implement", HEAD, done="A new seal.")
    await case.quiet()
    after = await sealed_by(house.client, case)
    assert after[: len(before)] == before and set(after[len(before) :]) == {new}
    assert await case.story()
    await replays_and_never_failed(house.client, case.id)

    later = await house.filed("2024-03-05T12:00")
    await later.start()
    await later.quiet()
    assert set(await sealed_by(house.client, later)) == {new}


async def test_a_prepared_key_is_read_by_those_who_have_not_yet_begun_to_use_it(house: Works) -> None:
    case = await house.proposed()
    await case.start("2024-03-05T11:00")
    await case.quiet()
    keys = house.settings.keys_dir
    new = rotate(keys, "payloads", prepare=True).keys[-1].id
    await taken_up(house)
    # Another process is a step ahead: it seals by the new key already, and this worker reads it.
    folder = keys.parent / "ahead"
    folder.mkdir()
    ahead = reversed((keys / "payloads.keys").read_text(encoding="ascii").splitlines())
    (folder / "payloads.keys").write_text("\n".join(ahead), encoding="ascii")
    behind, house.client = house.client, await connect(house.settings.model_copy(update={"keys_dir": folder}))
    await case.act("note", DESK, text="Rang again.")
    house.client = behind
    await case.quiet()
    found = await sealed_by(house.client, case)
    assert {new, keyring(keys, "payloads").current.id} == set(found)


async def test_what_a_retired_key_sealed_stops_no_other_case(house: Works) -> None:
    keys = house.settings.keys_dir
    old = keyring(keys, "payloads").current.id
    first = await house.filed("2024-03-05T10:00")
    await first.start()
    await first.quiet()
    await first.handle.terminate("over")
    rotate(keys, "payloads")
    retire(keys, "payloads", old)
    await taken_up(house)
    house.cases.remove(first)
    second = await house.filed("2024-03-05T12:00")
    await second.start()
    await second.quiet()
    assert old not in await sealed_by(house.client, second)
