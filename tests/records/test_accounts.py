"""Accounts, their sessions' generation, and the wait after tries in vain."""

import asyncio

import pytest

from complaints.errors import BadInput, NotFound
from records import Records
from records.accounts import FIRST_WAIT, FORGOTTEN_AFTER, LONGEST_WAIT


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
async def clock(records: Records) -> Clock:
    made = Clock()
    records.accounts._now = made
    return made


async def test_a_new_account_is_of_one_person_and_must_change_its_password(records: Records) -> None:
    made = await records.accounts.add("Chen", "bank", "hash")
    assert (made.login, made.must_change, made.disabled_at) == ("chen", True, None)
    assert await records.accounts.find(" CHEN ") == made
    assert await records.accounts.of("Chen", "bank") == made
    with pytest.raises(BadInput):
        await records.accounts.add("Chen", "bank", "hash")
    with pytest.raises(NotFound):
        await records.accounts.of("Wang", "bank")


async def test_people_of_two_institutions_may_share_an_id_and_never_an_account(records: Records) -> None:
    one, other = [await records.accounts.add("chen", at, "hash") for at in ("bank", "hotel")]
    assert (one.login, other.login) == ("chen", "chen@hotel")
    assert [a.login for a in await records.accounts.all("hotel")] == ["chen@hotel"]
    with pytest.raises(BadInput):
        await records.accounts.add("li", "hotel", "hash", login="chen")


async def test_a_subject_of_a_provider_is_one_account_and_a_link_ends_every_session(records: Records) -> None:
    for person in ("chen", "wang"):
        await records.accounts.add(person, "bank", "hash")
    linked = await records.accounts.link("chen", "https://provider.example/", "s-1")
    assert linked.generation == 2
    assert await records.accounts.of_subject("https://provider.example", "s-1") == linked
    with pytest.raises(BadInput):
        await records.accounts.link("wang", "https://provider.example", "s-1")
    for issuer, subject in (("https://provider.example", "s-2"), ("https://elsewhere.example", "s-1"), ("", "")):
        assert await records.accounts.of_subject(issuer, subject) is None
    await records.accounts.link("chen", "https://provider.example", "")
    await records.accounts.link("wang", "https://provider.example", "s-1")


async def test_another_password_a_disabling_and_a_sign_out_everywhere_end_every_session(records: Records) -> None:
    before = await records.accounts.add("chen", "bank", "hash")
    changed = await records.accounts.set_password("chen", "other", must_change=False)
    assert (changed.password, changed.must_change) == ("other", False)
    out = await records.accounts.end_sessions("chen")
    disabled = await records.accounts.disable("chen", disabled=True)
    assert disabled.disabled_at is not None
    assert (await records.accounts.disable("chen", disabled=False)).disabled_at is None
    assert len({one.generation for one in (before, changed, out, disabled)}) == 4
    await records.accounts.rehash("chen", "better")
    kept = await records.accounts.find("chen")
    assert kept is not None and kept.password == "better"


async def test_tries_in_vain_cost_a_wait_that_doubles_and_ends(records: Records, clock: Clock) -> None:
    assert [await records.accounts.may_try({"account chen": 3}) for _ in range(3)] == [0, 0, 0]
    waits = []
    for _ in range(8):
        waits.append(await records.accounts.may_try({"account chen": 3}))
        clock.now += waits[-1]
        assert await records.accounts.may_try({"account chen": 3}) == 0
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    clock.now += FORGOTTEN_AFTER + 1
    assert [await records.accounts.may_try({"account chen": 3}) for _ in range(3)] == [0, 0, 0]


async def test_many_tries_at_the_same_moment_are_all_counted(records: Records) -> None:
    answers = await asyncio.gather(*(records.accounts.may_try({"account chen": 5}) for _ in range(20)))
    assert sorted(answers)[:6] == [0, 0, 0, 0, 0, FIRST_WAIT]


async def test_a_good_try_forgets_the_accounts_failures_and_gives_the_address_one_back(records: Records) -> None:
    allowed = {"account chen": 2, "address 1": 3}
    for _ in range(2):
        await records.accounts.may_try(allowed)
    await records.accounts.succeeded(forget=["account chen"], forgive=["address 1"])
    assert [await records.accounts.may_try(allowed) for _ in range(2)] == [0, 0]
    assert await records.accounts.may_try({"account other": 2, "address 1": 3}) == FIRST_WAIT
