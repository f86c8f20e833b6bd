"""Whether this process lives, whether it can serve, and its figures."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from pydantic import BaseModel

from api.context import house

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """Each part by name: `ok` or what is wrong with it."""

    status: str
    parts: dict[str, str] = {}


@router.get("/healthz", summary="The process lives")
async def healthz() -> Health:
    """Answers while the process can answer at all."""
    return Health(status="ok")


@router.get("/readyz", summary="Complaints can be taken", responses={503: {"model": Health}})
async def readyz(request: Request, response: Response) -> Health:
    """Ready when the records answer; the engine may be down, for intake works without it."""
    the = house(request)
    parts = {"engine": "ok" if await the.engine.healthy() else "down: complaints are taken, actions are not"}
    faults = the.directories.problems
    parts["procedures"] = "ok" if not faults else f"wrong files: {', '.join(faults)}"
    try:
        parts["records"] = "ok" if await the.records.ready() else "tables are of another version: run `huiyin migrate`"
    except Exception as error:  # whatever the database's driver raises, the answer is the same
        parts["records"] = f"down: {type(error).__name__}"
    if parts["records"] == "ok":
        return Health(status="ok", parts=parts)
    response.status_code = 503
    return Health(status="unavailable", parts=parts)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
async def metrics(request: Request) -> Response:
    """The process's figures in Prometheus' text format."""
    figures = generate_latest(REGISTRY) + generate_latest(request.app.state.figures)
    return Response(figures, media_type=CONTENT_TYPE_LATEST)
