"""Every letter with made-up facts, as it would reach somebody, in both languages."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api import pages
from api.administering.access import Admin
from api.context import house
from complaints.errors import NotFound
from complaints.instants import Instant
from templates.engine import word
from templates.languages import LANGUAGES
from templates.letters import LETTERS, Letter, LetterFacts, write

router = APIRouter(include_in_schema=False)

TO_COMPLAINANT = frozenset({"acknowledgement", "reply", "revisit_question", "outcome", "progress"})
"""Letters that complainants get; the others go to the institution's own people."""

# A letter brings its own style with each line, which pages may not.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HOUR, _ZONE = 3600, ZoneInfo("Asia/Shanghai")
_AWAITS = {
    "decision": frozenset({"implemented"}),
    "deemed_approval": frozenset({"implemented"}),
    "information_report": frozenset({"instructed"}),
}
_WRITTEN = ("reply", "instruction", "requirements", "reason", "question", "message", "done", "opinion")


@router.get("/admin/letters")
async def listed(request: Request, who: Admin) -> Response:
    """All letters that can be written."""
    chosen = pages.language(request)
    rows = [(letter, word("letter", letter, language=chosen), letter in TO_COMPLAINANT) for letter in LETTERS]
    return pages.show(request, "admin/letters.html", chosen, here="letters", rows=rows)


@router.get("/admin/letters/{letter}")
async def one(request: Request, who: Admin, letter: str) -> Response:
    """One letter beside itself in the other language, as text, and the way to its HTML."""
    chosen = pages.language(request)
    shown = [
        (language, pages.NAMES[language], sample(letter, language, house(request).now())) for language in LANGUAGES
    ]
    title = word("letter", letter, language=chosen)
    return pages.show(request, "admin/letter.html", chosen, here="letters", letter=letter, title=title, shown=shown)


@router.get("/admin/letters/{letter}/{language}.html")
async def html(request: Request, who: Admin, letter: str, language: str) -> Response:
    """The letter's HTML alone, under a policy of its own."""
    if language not in LANGUAGES:
        raise NotFound("There is no such language here.")
    made = sample(letter, language, house(request).now())
    return HTMLResponse(made.html, headers={"Content-Security-Policy": _POLICY})


def _evening(now: Instant, days: int) -> Instant:
    """When the offices close some days from now."""
    day = datetime.fromtimestamp(now, _ZONE) + timedelta(days=days)
    return int(day.replace(hour=18, minute=0, second=0).timestamp())


def sample(letter: str, language: str, now: Instant) -> Letter:
    """The letter with made-up facts; NotFound for an unknown one."""
    if letter not in LETTERS:
        raise NotFound(f"There is no such letter. Known: {', '.join(LETTERS)}.")
    zh = language == "zh-CN"
    complainant = letter in TO_COMPLAINANT
    about, measures = ("窗户渗水", "更换密封条") if zh else ("A window leaks", "Replace the seal")
    label = {name: word("field", name, language=language) for name in ("number", "about", "cause", "measures")}
    facts = LetterFacts(
        number="20261122-0007",
        language=language,
        zone=_ZONE.key,
        role="complainant" if complainant else "leader",
        at=now - _HOUR,
        now=now,
        received=now - 26 * _HOUR,
        institution="示例机构" if zh else "Example institution",
        desk=word("role", "csd", language=language),
        name="张三" if zh else "A. Example",
        to_complainant=complainant,
        purpose=word("letter", letter, language=language),
        step=word("step", "proposal", language=language),
        awaits=_AWAITS.get(letter, frozenset()),
        whom=word("role", "leader", language=language),
        due=_evening(now, 1),
        deemed=_evening(now, 2) if letter in ("approval_request", "reminder") else None,
        cause="proposed",
        outcome=word("outcome", "resolved", language=language),
        link="https://complaints.example/approvals/…" if letter in ("approval_request", "reminder", "chaser") else "",
        page="https://complaints.example/track?…" if complainant else "https://complaints.example/cases/20261122-0007",
        texts=dict.fromkeys(_WRITTEN, measures),
        rows=() if complainant else (
            (label["number"], "20261122-0007"), (label["about"], about), (label["measures"], measures)
        ),
    )  # fmt: skip
    return write(letter, facts)
