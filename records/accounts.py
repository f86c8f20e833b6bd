"""Accounts of people who sign in: who they are, their password's hash, and how often somebody tried in vain.

An account belongs to a person of one procedure's directory; one without a procedure is the installation's own
(operator, admin). Its generation number stands in every session: another number ends them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from complaints.errors import BadInput, NotFound
from complaints.instants import Instant
from records.engine import Database, insert_into
from records.sealing import storable
from records.tables import accounts, tries

FORGOTTEN_AFTER = 3600
"""Seconds without a try after which earlier failures no longer count."""

FIRST_WAIT, LONGEST_WAIT = 30, 900
"""Seconds that the first try over the allowed number costs; each further one costs double, up to the longest."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `password` is a hash, `must_change` asks for a password of one's own at the next sign-in.

    `subject` is a hash of who it is linked to at the institution's provider, None where to nobody.
    """

    login: str
    person: str
    procedure: str
    password: str
    must_change: bool
    generation: int
    created_at: Instant
    disabled_at: Instant | None
    subject: str | None = None


class Accounts:
    """The accounts of an installation."""

    def __init__(self, database: Database, now: Callable[[], Instant]) -> None:
        self._db = database
        self._now = now

    async def add(self, person: str, procedure: str, password: str, *, login: str = "") -> Account:
        """Make an account that must change its password (given as a hash); BadInput where there is one already.

        Without `login` it is the person's id, or `person@procedure` where another institution has that one.
        """
        try:
            return await self._db.write(_add, person, procedure, password, login, self._now())
        except IntegrityError as error:
            raise BadInput("login", "This person has an account, or the name of the account is taken.") from error

    async def find(self, login: str) -> Account | None:
        """The account of that name, in small or capital letters; None when there is none."""
        return await self._db.read(_find, login)

    async def of_subject(self, issuer: str, subject: str) -> Account | None:
        """The account that is linked to that subject of a provider; None when there is none."""
        return await self._db.read(_of_subject, subject_key(issuer, subject))

    async def link(self, login: str, issuer: str, subject: str) -> Account:
        """Link the account to a provider's subject ("": to none) and end its sessions; BadInput if another is."""
        kept = subject_key(issuer, subject) if subject else None
        try:
            return await self._db.write(_set, login, {"subject": kept})
        except IntegrityError as error:
            raise BadInput("subject", "Another account is linked to this subject.") from error

    async def of(self, person: str, procedure: str) -> Account:
        """The account of a person; NotFound."""
        return await self._db.read(_of, person, procedure)

    async def all(self, procedure: str | None = None) -> list[Account]:
        """All accounts, of one procedure's people where one is given, in the order of their names."""
        return await self._db.read(_all, procedure)

    async def set_password(self, login: str, password: str, *, must_change: bool) -> Account:
        """Give the account another password (a hash) and end all of its sessions."""
        return await self._db.write(_set, login, {"password": password, "must_change": must_change})

    async def rehash(self, login: str, password: str) -> None:
        """Keep a better hash of the same password; sessions go on."""
        await self._db.write(_rehash, login, password)

    async def end_sessions(self, login: str) -> Account:
        """Sign the account out everywhere."""
        return await self._db.write(_set, login, {})

    async def disable(self, login: str, *, disabled: bool) -> Account:
        """Let the account sign in no more and end its sessions, or let it again."""
        return await self._db.write(_set, login, {"disabled_at": self._now() if disabled else None})

    async def may_try(self, allowed: dict[str, int]) -> int:
        """Count a try under every key of `allowed` (key to tries that cost no wait) unless one must wait.

        Returns the seconds to wait, 0 when the try may go on. It is counted before it is judged, so that many tries
        at the same moment are counted as well.
        """
        return await self._db.write(_try, allowed, self._now())

    async def succeeded(self, *, forget: Sequence[str], forgive: Sequence[str]) -> None:
        """The try was good: its account's failures are forgotten, its address gets this one try back."""
        await self._db.write(_succeeded, forget, forgive)


def _add(connection: Connection, person: str, procedure: str, password: str, login: str, at: Instant) -> Account:
    name = _plain(login or person)
    if not login and _find(connection, name) is not None:
        name = f"{name}@{procedure}"
    made = Account(name, person, procedure, password, must_change=True, generation=1, created_at=at, disabled_at=None)
    connection.execute(
        insert(accounts),
        {
            "login": made.login,
            "person": person,
            "procedure_id": procedure,
            "password": password,
            "must_change": True,
            "generation": 1,
            "created_at": at,
            "disabled_at": None,
        },
    )
    return made


def _find(connection: Connection, login: str) -> Account | None:
    row = connection.execute(select(accounts).where(accounts.c.login == _plain(login))).first()
    return _account(row) if row is not None else None


def _of_subject(connection: Connection, key: str) -> Account | None:
    row = connection.execute(select(accounts).where(accounts.c.subject == key)).first()
    return _account(row) if row is not None else None


def _of(connection: Connection, person: str, procedure: str) -> Account:
    a = accounts.c
    row = connection.execute(select(accounts).where(a.procedure_id == procedure, a.person == person)).first()
    if row is None:
        raise NotFound(f"{person!r} has no account at {procedure or 'this installation'}.")
    return _account(row)


def _all(connection: Connection, procedure: str | None) -> list[Account]:
    query = select(accounts).order_by(accounts.c.procedure_id, accounts.c.login)
    if procedure is not None:
        query = query.where(accounts.c.procedure_id == procedure)
    return [_account(row) for row in connection.execute(query)]


def _set(connection: Connection, login: str, values: dict[str, Any]) -> Account:
    found = update(accounts).where(accounts.c.login == _plain(login))
    row = connection.execute(
        found.values(values | {"generation": accounts.c.generation + 1}).returning(*accounts.c)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound(f"There is no account {login!r}.")
    return _account(row)


def _rehash(connection: Connection, login: str, password: str) -> None:
    connection.execute(update(accounts).where(accounts.c.login == login).values(password=password))


def _try(connection: Connection, allowed: dict[str, int], now: Instant) -> int:
    t = tries.c
    connection.execute(delete(tries).where(t.last_at < now - FORGOTTEN_AFTER))
    keys = {hashed(key): free for key, free in sorted(allowed.items())}
    for key in sorted(keys):
        counted = insert_into(connection, tries).values(key=key, failures=0, last_at=now)
        connection.execute(counted.on_conflict_do_nothing(index_elements=["key"]))
    wait = 0
    # The rows are held until the end: tries at the same moment are judged one after another.
    for row in connection.execute(select(tries).where(t.key.in_(keys)).order_by(t.key).with_for_update()):
        over = row.failures - keys[row.key]
        if over >= 0:
            wait = max(wait, row.last_at + min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) - now)
    if wait <= 0:
        connection.execute(update(tries).where(t.key.in_(keys)).values(failures=t.failures + 1, last_at=now))
    return max(wait, 0)


def _succeeded(connection: Connection, forget: Sequence[str], forgive: Sequence[str]) -> None:
    t = tries.c
    connection.execute(delete(tries).where(t.key.in_([hashed(key) for key in forget])))
    back = t.key.in_([hashed(key) for key in forgive])
    connection.execute(update(tries).where(back, t.failures > 0).values(failures=t.failures - 1))


def hashed(key: str) -> str:
    """What is kept of a key: names and addresses of people who only tried are not."""
    return hashlib.sha256(storable(key).encode()).hexdigest()


def subject_key(issuer: str, subject: str) -> str:
    """What is kept of a provider's subject: the same name at another provider is somebody else."""
    return hashed(f"subject {issuer.rstrip('/')} {subject}")


def _plain(login: str) -> str:
    return storable(login).strip().lower()


def _account(row: Row[Any]) -> Account:
    return Account(
        login=row.login,
        person=row.person,
        procedure=row.procedure_id,
        password=row.password,
        must_change=row.must_change,
        generation=row.generation,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        subject=row.subject,
    )
