"""`huiyin account`: who may sign in by account and password."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from commands.console import draw, say, show, warn
from complaints.errors import BadInput, HuiyinError
from complaints.people import Directory

if TYPE_CHECKING:
    from rich.table import Table

    from records import Records
    from records.accounts import Account
    from runtime.directories import Directories

# What these commands stand on is loaded where it is used: every other command begins half a second sooner.
T = TypeVar("T")

account = typer.Typer(help="Who may sign in: add accounts, give new passwords, disable.", no_args_is_help=True)

Procedure = Annotated[str, typer.Option(help="The procedure whose directory names the person; none: operator, admin.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Person = Annotated[str, typer.Argument(help="A person's id in the directory; or operator, admin.")]


@dataclass(frozen=True, slots=True)
class Given:
    """An account and its password, to be shown once: what is kept is a hash."""

    account: Account
    password: str


@account.command()
def add(
    person: Annotated[str, typer.Argument(help="A person's id in the directory; or operator, admin.")] = "",
    procedure: Procedure = "",
    everybody: Annotated[bool, typer.Option(help="All people of the directory who have none yet.")] = False,
    login: Annotated[str, typer.Option(help="The account's name; default: the person's id.")] = "",
    as_json: Json = False,
) -> None:
    """Make an account, or one for everybody of a directory, with a password that is shown this once.

    Exit code 1: there is no such person or procedure, or the account is there already.
    """

    async def carry_out(records: Records, folder: Directories) -> list[Given]:
        if everybody:
            have = {one.person for one in await records.accounts.all(procedure)}
            return await made(records, procedure, [p.id for p in folder.of(procedure).people if p.id not in have])
        _check(folder, person, procedure)
        return await made(records, procedure, [person], login)

    _tell(_with_records(carry_out), as_json)


@account.command("list")
def listed(procedure: Procedure = "", as_json: Json = False) -> None:
    """List the accounts, of one procedure's people where it is given."""

    async def carry_out(records: Records, _folder: Directories) -> list[Account]:
        return await records.accounts.all(procedure or None)

    found = _with_records(carry_out)
    if as_json:
        show([_row(one) for one in found])
        return
    from rich.table import Table

    drawn = Table("account", "person", "procedure", "state")
    for one in found:
        drawn.add_row(one.login, one.person, one.procedure, _state(one))
    draw(drawn)


@account.command()
def reset(person: Person, procedure: Procedure = "", as_json: Json = False) -> None:
    """Give a person's account a new password, shown this once; every session of the account ends.

    Exit code 1: there is no such account.
    """

    async def carry_out(records: Records, _folder: Directories) -> list[Given]:
        from runtime import passwords

        found = await records.accounts.of(person, procedure)
        password = passwords.made()
        changed = await records.accounts.set_password(found.login, passwords.hashed(password), must_change=True)
        return [Given(changed, password)]

    _tell(_with_records(carry_out), as_json)


@account.command()
def disable(person: Person, procedure: Procedure = "") -> None:
    """Let a person's account sign in no more, and end its sessions.

    Exit code 1: there is no such account.
    """
    _switch(person, procedure, disabled=True)


@account.command()
def enable(person: Person, procedure: Procedure = "") -> None:
    """Let a disabled account sign in again.

    Exit code 1: there is no such account.
    """
    _switch(person, procedure, disabled=False)


@account.command()
def link(
    person: Person,
    subject: Annotated[str, typer.Option(help="Who it is at the institution's provider: the claim `sub`.")],
    procedure: Procedure = "",
) -> None:
    """Let somebody of the institution's OpenID Connect provider sign in to a person's account; its sessions end.

    Exit code 1: there is no such account, no provider is set, or the subject is linked to another account.
    """
    from runtime.settings import Settings

    if not Settings().oidc_issuer or not subject:
        warn("Set HUIYIN_OIDC_ISSUER, and say which subject of that provider.")
        raise typer.Exit(1)
    changed = _linked(person, procedure, subject)
    say(f"{changed.login}: linked.")


@account.command()
def unlink(person: Person, procedure: Procedure = "") -> None:
    """Undo that link, and end the account's sessions.

    Exit code 1: there is no such account.
    """
    changed = _linked(person, procedure, "")
    say(f"{changed.login}: no longer linked.")


async def made(records: Records, procedure: str, people: Sequence[str], login: str = "") -> list[Given]:
    """Accounts for these people, each with a random password that is kept as a hash alone."""
    from runtime import passwords

    words = [passwords.made() for _ in people]
    # A hash costs a tenth of a second and 64 MB on purpose: one after another, beside the loop.
    hashes = [await asyncio.to_thread(passwords.hashed, word) for word in words]
    pairs = zip(people, words, hashes, strict=True)
    return [Given(await records.accounts.add(one, procedure, hash, login=login), word) for one, word, hash in pairs]


async def first(records: Records, folder: Directories, procedure: str) -> list[Given]:
    """The accounts of a first start: the installation's own, and the people of one procedure; none where some are."""
    from runtime.tokens import HOUSE_ROLES

    if await records.accounts.all():
        return []
    directory = _directory(folder, procedure)
    people = [person.id for person in directory.people] if directory else []
    return [*await made(records, "", HOUSE_ROLES), *await made(records, procedure, people)]


def table(given: Sequence[Given], folder: Directories) -> Table:
    """The accounts with their passwords, and what each person is."""
    from rich.table import Table

    drawn = Table("account", "password", "who", "roles")
    for one in given:
        directory = _directory(folder, one.account.procedure)
        person = directory.person(one.account.person) if directory else None
        heads = [unit.id for unit in directory.units if unit.head == one.account.person] if directory else []
        roles = [*(person.roles if person else (one.account.person,)), *(f"head of {unit}" for unit in heads)]
        drawn.add_row(one.account.login, one.password, person.name if person else "", ", ".join(roles))
    return drawn


def _directory(folder: Directories, procedure: str) -> Directory | None:
    try:
        return folder.of(procedure)
    except HuiyinError:
        return None


def _linked(person: str, procedure: str, subject: str) -> Account:
    async def carry_out(records: Records, _folder: Directories) -> Account:
        from runtime.settings import Settings

        found = await records.accounts.of(person, procedure)
        return await records.accounts.link(found.login, Settings().oidc_issuer, subject)

    return _with_records(carry_out)


def _switch(person: str, procedure: str, *, disabled: bool) -> None:
    async def carry_out(records: Records, _folder: Directories) -> Account:
        found = await records.accounts.of(person, procedure)
        return await records.accounts.disable(found.login, disabled=disabled)

    changed = _with_records(carry_out)
    say(f"{changed.login}: {_state(changed)}.")


def _check(folder: Directories, person: str, procedure: str) -> None:
    from runtime.tokens import HOUSE_ROLES

    if not procedure:
        if person not in HOUSE_ROLES:
            alone = " and ".join(HOUSE_ROLES)
            raise BadInput("procedure", f"Whose person is that? Add --procedure; only {alone} go without.")
    elif folder.of(procedure).person(person) is None:
        raise BadInput("person", f"The directory of {procedure} knows no person {person!r}.")


def _with_records(work: Callable[[Records, Directories], Awaitable[T]]) -> T:
    from records import Records
    from runtime.directories import Directories
    from runtime.settings import Settings

    settings = Settings()

    async def run() -> T:
        records = Records(settings.database_url)
        try:
            return await work(records, Directories(settings.procedures_dir))
        finally:
            await records.close()

    try:
        return asyncio.run(run())
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(1) from error


def _tell(given: Sequence[Given], as_json: bool) -> None:
    if as_json:
        show([_row(one.account) | {"password": one.password} for one in given])
        return
    from runtime.directories import Directories
    from runtime.settings import Settings

    draw(table(given, Directories(Settings().procedures_dir)))
    say("Each password is shown this once; the first sign-in asks for another.")


def _row(one: Account) -> dict[str, str]:
    made_at = datetime.fromtimestamp(one.created_at, UTC).isoformat()
    return {
        "account": one.login,
        "person": one.person,
        "procedure": one.procedure,
        "state": _state(one),
        "created_at": made_at,
    }


def _state(one: Account) -> str:
    if one.disabled_at is not None:
        return "disabled"
    return "first password" if one.must_change else "in use"
