"""Whether everything runs: the parts, the workers, the mail server, what waits, alarms, the disk."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import pages
from api.administering.access import Admin, own_procedures
from api.context import House, house
from complaints.errors import HuiyinError
from records.values import Alarm

router = APIRouter(include_in_schema=False)

SEEN_WITHIN = 120
"""Seconds after which a worker that asked for no work counts as gone."""

WAITING_FROM = 30
"""Seconds after which a case without a workflow should have been started by the sweep."""

MANY = 1000
_PATIENCE = 2.0
_FREE_LEAST = 0.05


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it is, whether it is well, in words what was found."""

    name: str
    well: bool
    words: str


@router.get("/admin")
async def home(request: Request, who: Admin) -> Response:
    """The overview: what needs an administrator now."""
    the, chosen = house(request), pages.language(request)
    failed = await the.records.house.failed_letters(who.procedure)
    alarms = await the.records.alarms()
    unread = the.directories.problems
    waiting = await the.records.house.unstarted(WAITING_FROM, MANY)
    figures = [
        ("/admin/procedures", _("Procedures"), len(own_procedures(the, who)), False),
        ("/admin/procedures", _("Files that are wrong"), len(unread), bool(unread)),
        ("/admin/failed", _("Failed letters"), len(failed), bool(failed)),
        ("/admin/health", _("Cases waiting to be started"), waiting, bool(waiting)),
        ("/admin/health", _("Alarms"), len(alarms), bool(alarms)),
    ]
    shown = [(url, pages.translate(chosen, text), count, bad) for url, text, count, bad in figures]
    return pages.show(request, "admin/home.html", chosen, here="home", figures=shown)


@router.get("/admin/health")
async def health(request: Request, who: Admin) -> Response:
    """Every part, asked now."""
    the, chosen = house(request), pages.language(request)
    parts = await asyncio.gather(_records(the), _engine(the), _workers(the), _mail(the), _sweep(the), _disk(the))
    alarms = await the.records.alarms()
    numbers = {alarm.case_id: await _number(the, alarm) for alarm in alarms[:50]}
    return pages.show(
        request,
        "admin/health.html",
        chosen,
        here="health",
        parts=[(pages.translate(chosen, part.name), part.well, pages.translate(chosen, part.words)) for part in parts],
        alarms=[(numbers[alarm.case_id], alarm) for alarm in alarms[:50]],
        problems=the.directories.problems,
        zone="UTC",
    )


async def _records(the: House) -> Part:
    try:
        ready = await the.records.ready()
    except Exception as error:  # whatever the database's driver raises, it is down
        return Part(_("Records"), False, type(error).__name__)
    return Part(_("Records"), ready, _("ok") if ready else _("the tables are of another version"))


async def _engine(the: House) -> Part:
    well = await the.engine.healthy()
    return Part(_("Workflow engine"), well, _("ok") if well else _("down: complaints are taken, actions are not"))


async def _workers(the: House) -> Part:
    try:
        found = [one for one in await the.engine.workers() if the.now() - one.seen_at < SEEN_WITHIN]
    except HuiyinError:
        return Part(_("Workers"), False, _("unknown while the engine is down"))
    return Part(_("Workers"), bool(found), ", ".join(sorted(one.identity for one in found)) or _("none"))


async def _mail(the: House) -> Part:
    parts = urlsplit(the.settings.smtp_url)
    try:
        _reader, writer = await asyncio.wait_for(
            asyncio.open_connection(parts.hostname, parts.port or (465 if parts.scheme == "smtps" else 25)), _PATIENCE
        )
    except (OSError, TimeoutError):
        return Part(_("Mail server"), False, _("does not answer: letters wait and are tried again"))
    writer.close()
    return Part(_("Mail server"), True, _("the inbox for trying out") if the.embedded_inbox else _("ok"))


async def _sweep(the: House) -> Part:
    waiting = await the.records.house.unstarted(WAITING_FROM, MANY)
    return Part(_("Cases waiting to be started"), waiting == 0, str(waiting))


async def _disk(the: House) -> Part:
    usage = await asyncio.to_thread(shutil.disk_usage, the.settings.data_dir)
    free = usage.free / usage.total
    return Part(_("Disk"), free > _FREE_LEAST, f"{usage.free / 1e9:.1f} GB / {usage.total / 1e9:.1f} GB")


async def _number(the: House, alarm: Alarm) -> str:
    return (await the.records.case(id=alarm.case_id)).number
