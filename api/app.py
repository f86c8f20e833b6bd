"""Puts the door together: parts, routes, errors, headers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from prometheus_client import CollectorRegistry
from temporalio.client import Client

from api import (
    actions,
    cases,
    codec,
    filing,
    following,
    health,
    inbox,
    looks,
    problems,
    reading,
    signing,
    submissions,
    tasks,
    temporal_ui,
    tracking,
)
from api.context import House
from api.engine import Engine
from api.figures import dashboard, public
from api.leading import link, waiting
from api.marks import Marks
from api.pages import SafeHeaders, problem_page
from api.problems import FieldProblem, Problem
from api.sessions import Sessions
from records import Records
from runtime.directories import Directories
from runtime.keys import keyring
from runtime.links import Links
from runtime.settings import Settings
from runtime.telemetry import AccessLog
from runtime.temporal import connect
from runtime.tokens import Tokens

ROUTERS = (
    looks,
    submissions,
    actions,
    cases,
    tasks,
    tracking,
    link,
    waiting,
    inbox,
    health,
    signing,
    filing,
    following,
    reading,
    dashboard,
    public,
)
# The codec before the UI that asks it; the UI takes every path under its own.
BEHIND_SIGN_IN = (codec, temporal_ui)


def create_app(
    settings: Settings,
    *,
    records: Records | None = None,
    client: Client | None = None,
    directories: Directories | None = None,
) -> FastAPI:
    """The application; parts that are handed in are used as they are and not closed by it.

    It serves as soon as the records answer: the engine is connected to when it is first needed.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        own = Records(settings.database_url) if records is None else records
        try:
            engine = Engine(client or await connect(settings, lazy=True), settings.task_queue)
            marks = Marks(own)
            app.state.house = House(
                settings=settings,
                records=own,
                directories=directories or Directories(settings.procedures_dir),
                engine=engine,
                marks=marks,
                links=Links(keyring(settings.keys_dir, "links"), settings.public_url),
                tokens=Tokens(keyring(settings.keys_dir, "tokens")),
                sessions=Sessions(settings),
            )
            yield
            await marks.close()
        finally:
            await temporal_ui.close(app.state)
            if records is None:
                await own.close()

    app = FastAPI(
        title="Huiyin",
        version="0.1.0",
        summary="Runs an institution's complaint procedure so that every complaint gets its answer in time.",
        lifespan=lifespan,
        # Their pages load scripts from other sites; /openapi.json says the same.
        docs_url=None,
        redoc_url=None,
    )
    for module in (*ROUTERS, *BEHIND_SIGN_IN):
        app.include_router(module.router)
    problems.install(app, problem_page)
    app.add_middleware(SafeHeaders)
    app.state.figures = CollectorRegistry()
    app.add_middleware(AccessLog, registry=app.state.figures)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        known = schema.setdefault("components", {}).setdefault("schemas", {})
        for model in (Problem, FieldProblem):
            known[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}") | {"$defs": {}}
        schema["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        app.openapi_schema = schema
    return app.openapi_schema
