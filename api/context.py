"""What every route needs, built once at start and handed down by the application."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from fastapi import Request

from api.engine import Engine
from api.guessing import FILINGS, Guesses
from api.marks import Marks
from api.sessions import Sessions
from complaints.case.rules import Rules
from complaints.errors import BadInput, NotFound
from complaints.instants import Instant
from complaints.people import Directory
from complaints.procedure.model import Procedure
from records import Records
from records.files import Files
from records.values import RulesRef
from runtime.directories import Directories
from runtime.links import Links
from runtime.provider import Provider
from runtime.settings import Settings
from runtime.tokens import Tokens

_UTC = ZoneInfo("UTC")


def wall_clock() -> Instant:
    """Now, in whole UTC seconds."""
    return int(time.time())


@dataclass(slots=True)
class House:
    """The parts behind the door; tests hand in their own clock."""

    settings: Settings
    records: Records
    files: Files
    directories: Directories
    engine: Engine
    marks: Marks
    links: Links
    tokens: Tokens
    sessions: Sessions
    provider: Provider | None = None
    now: Callable[[], Instant] = field(default=wall_clock)
    guesses: Guesses = field(default_factory=Guesses)
    filings: Guesses = field(default_factory=lambda: Guesses(FILINGS))
    _rules: dict[tuple[str, int], tuple[Procedure, int, Rules, RulesRef]] = field(default_factory=dict)

    def procedure(self, ident: str) -> Procedure:
        """The procedure that new complaints of that id run under; BadInput names those there are."""
        known = self.directories.ids()
        if ident not in known:
            raise BadInput("procedure", "There is no such procedure.", f"Use one of: {', '.join(known)}.")
        return self.directories.procedure(ident)

    def directory(self, procedure: str) -> Directory | None:
        """The people of that procedure's institution, or None where it has no directory file."""
        try:
            return self.directories.of(procedure)
        except NotFound:
            return None

    def name_of(self, procedure: str, person: str) -> str:
        """The person's name by the directory; the id where it is not there."""
        directory = self.directory(procedure)
        found = directory.person(person) if directory is not None else None
        return found.name if found is not None else person

    @property
    def embedded_inbox(self) -> bool:
        """Whether letters go to the embedded inbox, which is for trying out."""
        return self.settings.smtp_url == f"smtp://127.0.0.1:{self.settings.mail_port}"

    @property
    def open_inbox(self) -> bool:
        """Whether everybody may read it: where people come by TLS this is no trial any more, and operators alone do."""
        return self.embedded_inbox and not self.settings.public_url.startswith("https:")

    @staticmethod
    def zone(procedure: Procedure) -> ZoneInfo:
        """The time zone that the procedure's people live in."""
        return ZoneInfo(procedure.calendar.zone)

    def zone_of(self, procedure: str) -> ZoneInfo:
        """The same by the procedure's id; UTC for one whose file is gone."""
        return self.zone(self.directories.procedure(procedure)) if procedure in self.directories.ids() else _UTC

    async def rules(self, procedure: Procedure, year: int) -> tuple[Rules, RulesRef]:
        """The procedure as it is now, frozen with its calendar for cases of that year, and recorded."""
        edition = self.directories.edition
        kept = self._rules.get((procedure.id, year))
        if kept is not None and kept[0] is procedure and kept[1] == edition:
            return kept[2:]
        frozen = await asyncio.to_thread(self.directories.frozen, procedure.id, year)
        ref = await self.records.save_rules(*frozen)
        rules = Rules.thaw(*frozen)
        self._rules[procedure.id, year] = (procedure, edition, rules, ref)
        return rules, ref


def house(request: Request) -> House:
    """The parts behind the door, for a route."""
    found = request.app.state.house
    assert isinstance(found, House)
    return found
