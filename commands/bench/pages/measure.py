"""The main pages on filled records, over HTTP, without an engine: milliseconds on the server, bytes at first load."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from commands.bench.pages.fill import Filler
from commands.bench.system import free_ports
from commands.parts import environment, parts
from commands.processes import start, stop
from records import Records
from runtime.keys import keyring
from runtime.settings import Settings
from runtime.tokens import Tokens

MILLISECONDS = 150.0
BYTES = 100 * 1024
REQUESTS = 30
WHO = {
    "desk": ("csd-head", ("csd", "manager")),
    "leader": ("leader-1", ("leader",)),
    "admin": ("admin", ("admin",)),
    "": ("", ()),
}


async def measure(folder: Path, cases: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """The slowest page's p95 and the heaviest page's bytes, with those of every page."""
    port, temporal = free_ports(2)
    settings = Settings(data_dir=folder, port=port, temporal_port=temporal)
    records = Records(settings.database_url)
    await records.migrate()
    filler = Filler(records, settings.procedures_dir, int(time.time()))
    await filler.fill(cases, tell)
    await records.close()
    running = await start(parts(settings)["api"], environment(settings), folder / "api.log")
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            await _until_open(client)
            # The API builds calendars beside its first answers; a page's own time is that of a server under way.
            for role, path in _pages(filler).values():
                await client.get(path, headers=_headers(settings, role))
            pages = {}
            for name, (role, path) in _pages(filler).items():
                pages[name] = await _page(client, _headers(settings, role), path)
                tell(f"{name}: {pages[name]}")
    finally:
        await stop(running)
    slowest = max(pages, key=lambda name: pages[name]["p95"])
    heaviest = max(pages, key=lambda name: pages[name]["bytes"])
    return {
        "pages": {"what": f"milliseconds of the slowest page (p95), {slowest}", "value": pages[slowest]["p95"]}
        | {"target": MILLISECONDS, "at": "most", "met": pages[slowest]["p95"] <= MILLISECONDS}
        | {"cases": cases, "each": pages},
        "weight": {"what": f"bytes at first load of the heaviest page, {heaviest}", "value": pages[heaviest]["bytes"]}
        | {"target": BYTES, "at": "most", "met": pages[heaviest]["bytes"] <= BYTES},
    }


WARMING = 3
"""Requests of a page that are not counted: a freshly filled database comes from the disk, templates are compiled."""


def _pages(filler: Filler) -> dict[str, tuple[str, str]]:
    track = urlencode({"number": filler.number, "code": filler.code})
    return {
        "worklist": ("desk", "/cases"),
        "all cases": ("desk", "/cases?tab=all"),
        "overdue cases": ("desk", "/cases?tab=all&overdue=true"),
        "closed cases": ("desk", "/cases?tab=all&closed=true"),
        "cases of a unit": ("desk", "/cases?tab=all&unit=eng&severity=urgent"),
        "search": ("desk", "/cases?tab=all&q=window"),
        "receive": ("desk", "/receive"),
        "case": ("desk", f"/cases/{filler.number}"),
        "papers of a case": ("desk", f"/cases/{filler.number}/forms"),
        "dossier": ("desk", f"/cases/{filler.number}/dossier"),
        "register": ("desk", "/register"),
        "register on paper": ("desk", "/register/print"),
        "statistics on paper": ("desk", "/statistics/print"),
        "figures": ("desk", "/figures"),
        "list behind": ("desk", "/figures/list?what=missed"),
        "tracking": ("", f"/track?{track}"),
        "waiting": ("leader", "/waiting"),
        "approval": ("leader", f"/waiting/{filler.waiting}"),
        "administration": ("admin", "/admin"),
        "health": ("admin", "/admin/health"),
        "failed letters": ("admin", "/admin/failed"),
        "people": ("admin", "/admin/people/property-developer"),
        "calendar": ("admin", "/admin/calendar/property-developer"),
        "procedure": ("admin", "/admin/procedures/property-developer"),
        "simulation": ("admin", "/admin/procedures/property-developer/simulate"),
        "form": ("", "/file?procedure=property-developer"),
        "public figures": ("", "/public-figures?procedure=property-developer"),
    }


def _headers(settings: Settings, role: str) -> dict[str, str]:
    person, roles = WHO[role]
    if not person:
        return {}
    token = Tokens(keyring(settings.keys_dir, "tokens")).issue(person, roles, "property-developer")
    return {"Authorization": f"Bearer {token}"}


async def _page(client: httpx.AsyncClient, headers: dict[str, str], path: str) -> dict[str, Any]:
    took: list[float] = []
    weight = 0
    for turn in range(WARMING + REQUESTS):
        began = time.perf_counter()
        answer = await client.get(path, headers=headers)
        spent = 1000 * (time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        if turn >= WARMING:
            took.append(spent)
        elif not turn:
            weight = len(answer.content) + await _parts(client, answer.text)
    cuts = statistics.quantiles(took, n=20)
    return {"p50": round(statistics.median(took), 1), "p95": round(cuts[-1], 1), "bytes": weight}


async def _parts(client: httpx.AsyncClient, page: str) -> int:
    """Bytes of what a page loads beside itself."""
    found = set(re.findall(r'<(?:link[^>]+href|script[^>]+src|img[^>]+src)="(/[^"]+)"', page))
    return sum([len((await client.get(one)).content) for one in found])


async def _until_open(client: httpx.AsyncClient) -> None:
    # Another process: there is no event of its to await.
    for _ in range(600):
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("the pages did not open within a minute")
