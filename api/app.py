"""Puts the door together: parts, routes, errors, headers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from prometheus_client import CollectorRegistry
from temporalio.client import Client

from api import (
    actions,
    cases,
    codec,
    health,
    inbox,
    looks,
    passwords,
    problems,
    provider,
    signing,
    submissions,
    tasks,
    temporal_ui,
    tracking,
)
from api.absences import Absences
from api.administering import ROUTERS as ADMINISTERING
from api.casework import adding as case_adding
from api.casework import doing as case_doing
from api.casework import engine_view
from api.casework import page as case_page
from api.changing import routes as changing
from api.context import House
from api.desk import receiving, worklist
from api.engine import Engine
from api.entrance import entrance
from api.fences import Fences
from api.figures import dashboard, public
from api.leading import link, waiting
from api.marks import Marks
from api.pages import SafeHeaders, problem_page
from api.printing import dossier, papers, register, statistics
from api.problems import FieldProblem, Problem
from api.public import filing, following, home, receipt
from api.recognising import Recognise
from api.sessions import Sessions
from api.uploads import routes as uploads
from records import Records
from records.files import Files
from runtime.directories import Directories
from runtime.keys import keyring
from runtime.links import Links
from runtime.provider import Provider
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
    uploads,
    link,
    waiting,
    inbox,
    health,
    signing,
    provider,
    passwords,
    home,
    filing,
    receipt,
    following,
    worklist,
    receiving,
    changing,
    case_doing,
    case_adding,
    case_page,
    engine_view,
    papers,
    register,
    statistics,
    dossier,
    dashboard,
    public,
    *ADMINISTERING,
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
            people = directories or Directories(settings.procedures_dir)
            app.state.house = House(
                settings=settings,
                records=own,
                files=Files(settings.attachments_dir),
                directories=people,
                engine=engine,
                marks=marks,
                links=Links(keyring(settings.keys_dir, "links"), settings.public_url),
                tokens=Tokens(keyring(settings.keys_dir, "tokens")),
                sessions=Sessions(settings),
                provider=Provider(settings) if settings.oidc_issuer else None,
            )
            app.state.absences = Absences(own, people, engine, lambda: app.state.house.now())
            app.state.absences.start()
            yield
            await app.state.absences.stop()
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
        dependencies=[Depends(entrance)],
        # Their pages load scripts from other sites; /openapi.json says the same.
        docs_url=None,
        redoc_url=None,
    )
    for module in (*ROUTERS, *BEHIND_SIGN_IN):
        app.include_router(module.router)
    problems.install(app, problem_page)
    app.add_middleware(Recognise)
    app.add_middleware(Fences)
    app.add_middleware(SafeHeaders, secure=settings.public_url.startswith("https:"))
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
