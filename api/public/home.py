"""The first page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api import pages
from api.context import house

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> HTMLResponse:
    """What one can do here."""
    the = house(request)
    return pages.show(request, "home.html", pages.language(request), inbox=the.open_inbox)
