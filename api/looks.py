"""Style and script of all pages: one file of each, joined from those of `templates/pages`."""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter
from fastapi.responses import Response

from templates.engine import ROOT

router = APIRouter(include_in_schema=False)

PATHS = ("/style.css", "/script.js")
"""What a browser may keep."""

_KEPT = {"Cache-Control": "public, max-age=300"}


@router.get("/style.css")
async def style() -> Response:
    """The one style."""
    return Response(joined("style", "css"), media_type="text/css", headers=_KEPT)


@router.get("/script.js")
async def script() -> Response:
    """The one script; every page works without it."""
    return Response(joined("script", "js"), media_type="text/javascript", headers=_KEPT)


@lru_cache
def joined(folder: str, ending: str) -> str:
    """All files of a folder of `templates/pages` as one."""
    # base.css first: the parts build upon its names.
    files = sorted((ROOT / "pages" / folder).glob(f"*.{ending}"), key=lambda path: (path.stem != "base", path.stem))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)
