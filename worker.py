"""The worker's composition root: builds the parts, hands them to each other, runs until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.again import SendingAgain
from activities.escalation import Escalation
from activities.mail.mailer import Mailer
from activities.notifications import Gateways, Notifications
from activities.probe import Probe
from activities.records import Recorder
from complaints.errors import Refused, Unavailable
from records import Records
from records.files import Files
from runtime.directories import Directories
from runtime.keys import keyring
from runtime.links import Links
from runtime.sandbox import compile_workflows, sandboxed
from runtime.settings import Settings
from runtime.temporal import check_attributes, connect, engine_runtime
from runtime.versioning import deployment
from workflows.again import SendAgain
from workflows.attributes import KEYS
from workflows.complaint import Complaint
from workflows.starting import start_options

GRACE = timedelta(seconds=30)
"""How long work under way may take to finish when the worker ends; longer than one attempt to send a letter."""

STICKY = timedelta(seconds=5)
"""How long the next step of a case waits for the worker that had it, should that one be dead: half as long as whoever
acts waits for an answer, so that another worker still gives it."""

SWEEP_EVERY = 3.0
"""Seconds between two looks for cases that were accepted while the engine was down."""

SWEEP_AFTER = 5
"""Seconds for which a new case is left to the API, which starts it as it accepts it."""

SWEEP_AT_ONCE = 100

PROBE_EVERY = 60.0
"""Seconds between two tries whether everything can be used."""

RETAIN_EVERY = 86_400.0
"""Seconds between two looks for what is past its time."""

_log = structlog.get_logger("worker")


async def run(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT; raises AttributesMissing before it takes any work."""
    client = await connect(settings, runtime=engine_runtime(settings.worker_metrics))
    await check_attributes(client, KEYS)
    compile_workflows()
    stop = asyncio.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(asked, stop.set)
    async with composed(client, settings) as (worker, records), worker:
        _log.info("worker runs", queue=settings.task_queue)
        async with asyncio.TaskGroup() as beside:
            beside.create_task(_probe(client, records, settings, stop))
            if settings.retain_daily:
                beside.create_task(_retain(records, Files(settings.attachments_dir), stop))
            await _sweep(client, records, settings, stop)
        _log.info("worker ends")


@contextlib.asynccontextmanager
async def composed(client: Client, settings: Settings) -> AsyncIterator[tuple[Worker, Records]]:
    """A worker with all its parts, not yet running."""
    records = Records(settings.database_url)
    mailer = Mailer(settings.smtp_url, settings.mail_from)
    links = Links(keyring(settings.keys_dir, "links"), settings.public_url)
    gateways = Gateways(sms=settings.sms_url, chat=settings.chat_url)
    notifications = Notifications(
        records, Directories(settings.procedures_dir), mailer, links, gateways, public_url=settings.public_url
    )
    recorder = Recorder(records)
    escalation = Escalation(notifications)
    again = SendingAgain(notifications, records)
    worker = Worker(
        client,
        task_queue=settings.task_queue,
        workflows=[Complaint, SendAgain],
        activities=[
            recorder.record,
            recorder.attempt,
            recorder.keep,
            notifications.deliver,
            notifications.facts,
            escalation.escalate,
            again.send_again,
            again.give_up,
        ],
        workflow_runner=sandboxed(),
        graceful_shutdown_timeout=GRACE,
        sticky_queue_schedule_to_start_timeout=STICKY,
        deployment_config=deployment(settings),
    )
    try:
        yield worker, records
    finally:
        await notifications.close()
        await mailer.close()
        await records.close()


async def _sweep(client: Client, records: Records, settings: Settings, stop: asyncio.Event) -> None:
    alive = settings.data_dir / "run" / "worker.alive"
    while not stop.is_set():
        _touch(alive)
        try:
            await start_unstarted(client, records, settings.task_queue)
        except RPCError as error:
            _log.warning("the engine does not take cases now", why=error.status.name)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SWEEP_EVERY)


async def _probe(client: Client, records: Records, settings: Settings, stop: asyncio.Event) -> None:
    probe = Probe(client.service_client.check_health, settings.smtp_url, settings.probe_url)
    missed: tuple[str, ...] = ()
    while not stop.is_set():
        before, missed = missed, await beat(probe, records)
        if missed != before:
            _log.warning("not everything can be used", what=missed) if missed else _log.info("everything can be used")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PROBE_EVERY)


async def beat(probe: Probe, records: Records) -> tuple[str, ...]:
    """Notes that everything can be used now; gives the parts that cannot, and then notes nothing."""
    try:
        missed = await probe.unusable()
        if not missed:
            await records.uptime.beat(int(time.time()))
    except Exception as error:  # whatever fails, this minute is none in which everything could be used
        return (type(error).__name__,)
    return missed


async def start_unstarted(client: Client, records: Records, queue: str) -> int:
    """Starts the workflows of cases that were accepted but never started; returns how many."""
    waiting = await records.unstarted(SWEEP_AT_ONCE, older_than=SWEEP_AFTER)
    for case in waiting:
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await client.start_workflow(
                **start_options(case, queue), id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE
            )
        await records.mark_started(case.case_id)
        _log.info("case started", case=case.case_id)
    return len(waiting)


async def _retain(records: Records, files: Files, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            _log.info("erased what is past its time", cases=await let_go(records, files))
        except (Unavailable, Refused) as error:
            _log.warning("erasing goes on tomorrow", why=error.code)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), RETAIN_EVERY)


async def let_go(records: Records, files: Files) -> int:
    """Erases what has been kept as long as its procedure says; returns how many cases."""
    went = 0
    async for kept in records.retention.past():
        await records.retention.erase(kept.case_id, files)
        went += 1
    return went


def _touch(alive: Path) -> None:
    # Its age tells `up`, and a container's health check, that this worker is at work.
    alive.parent.mkdir(parents=True, exist_ok=True)
    alive.touch()
