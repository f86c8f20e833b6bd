"""`huiyin worker`, `api`, `inbox`, `migrate`, `setup`: the parts that `up` puts together, each by itself."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable

import typer
import uvloop

from commands.console import say, warn
from complaints.errors import HuiyinError
from runtime.settings import Settings
from runtime.telemetry import scrub, start_logging

SETUP_PATIENCE = 60.0
"""Seconds that `setup` waits for Temporal."""


def worker() -> None:
    """Run a worker: it carries the cases on. Any number may run at once. Ends on SIGTERM after work under way."""
    # Each command imports its own part only: the embedded inbox needs no engine, the migration no pages.
    from worker import run

    settings = Settings()
    start_logging("worker", settings.log_level)
    _told(lambda: uvloop.run(run(settings)))


def api() -> None:
    """Serve the pages and the API."""
    import uvicorn

    from api import warm
    from api.app import create_app
    from runtime.directories import Directories

    settings = Settings()
    start_logging("api", settings.log_level)
    directories = Directories(settings.procedures_dir)
    warm.begin(directories)
    config = uvicorn.Config(
        create_app(settings, directories=directories),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.proxies,
        # The Temporal UI holds its requests open for a minute.
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


def inbox() -> None:
    """Run the embedded inbox: takes every letter, shows it under /inbox, sends nothing on."""
    from runtime.inbox import serve

    settings = Settings()
    start_logging("inbox", settings.log_level)
    _told(lambda: uvloop.run(serve("127.0.0.1", settings.mail_port, settings.inbox_dir)))


def migrate() -> None:
    """Bring the records to this version: their tables, and what is kept beside older cases."""
    from records import Records

    settings = Settings()

    async def carry_out() -> None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        records = Records(settings.database_url)
        try:
            if left := await records.migrate():
                warn(f"Cases that cannot be read were left as they are: {left}. `huiyin verify` says which, and why.")
        finally:
            await records.close()

    _told(lambda: asyncio.run(carry_out()))
    say("The records are up to date.")


def setup() -> None:
    """Register what Temporal must know: search attributes, and how long closed cases stay."""
    from runtime.temporal import connect, keep_closed, register_attributes

    settings = Settings()

    async def carry_out() -> None:
        client = await connect(settings, patience=SETUP_PATIENCE)
        new = await register_attributes(client, importlib.import_module("workflows.attributes").KEYS)
        kept = await keep_closed(client)
        say(f"Search attributes registered: {', '.join(new) or 'none were missing'}.")
        say(f"Closed workflows stay {kept.days} days.")

    _told(lambda: asyncio.run(carry_out()))


def _told(work: Callable[[], None]) -> None:
    try:
        work()
    except HuiyinError as error:
        warn(error.text)
        if error.__cause__ is not None:
            warn(f"Because: {scrub(str(error.__cause__))}")
        raise typer.Exit(1) from error
