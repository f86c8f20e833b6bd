"""Full plain cases through the real parts, against bare workflows of the same shape on the same server."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import BackgroundTasks

from api.performing import perform
from api.submissions import file
from commands.bench.bare import QUEUE, Bare, Shape
from commands.bench.core import PLAIN
from commands.bench.system import System
from complaints.case import Actor
from complaints.people import roles_of
from complaints.procedure.load import read
from complaints.scenario.model import Scenario
from workflows.starting import workflow_id

PEOPLE = {"csd": "csd-1", "responsible": "eng-head", "leader": "leader-1"}
COMPLAINT = {"channel": "web", "category": "repair", "severity": "general", "about": "window leaks"}
COMPLAINANT = {"name": "A. Tenant", "email": "tenant@example.com"}


async def rate(one: Callable[[], Awaitable[object]], count: int, at_once: int) -> float:
    """Calls of `one` a second: `count` in all, `at_once` under way."""
    left = iter(range(count))

    async def lane() -> None:
        for _ in left:
            await one()

    began = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(at_once)))
    return count / (time.perf_counter() - began)


async def real_case(system: System) -> str:
    """One plain case from filing to its end, with records and mail; gives the workflow's id."""
    house = system.house
    background = BackgroundTasks()
    body = {**COMPLAINT, "complainant": COMPLAINANT}
    filed = await file(house, "property-developer", body, None, uuid.uuid4().hex, background)
    await background()
    case_id, number = filed.accepted.case, filed.accepted.number
    directory = house.directories.of("property-developer")
    for place, step in enumerate(read(PLAIN, Scenario).steps):
        case = await house.records.case(number=number)
        person = PEOPLE[step.by]
        actor = Actor(person, roles_of(directory, person, unit=case.state.unit, at=house.now()))
        done = await perform(house, case, actor, step.do, step.with_, f"{case_id}-{place}")
        if done.pending:
            raise RuntimeError("the worker did not answer in time: measure again with fewer cases at once")
    handle = system.client.get_workflow_handle(workflow_id(case_id))
    await handle.result()
    return workflow_id(case_id)


async def bare_case(system: System, shape: Shape) -> None:
    """One bare workflow of that shape, from start to end."""
    client = system.plain_client
    handle: Any = await client.start_workflow(Bare.run, shape, id=f"bare-{uuid.uuid4().hex}", task_queue=QUEUE)
    for step in range(len(shape.activities) - 1):
        await handle.execute_update(Bare.step, f"step {step}")
    await handle.result()
