"""What every page has: its language, who looks at it, the link to the other language, safe headers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import looks
from api.context import house
from api.menu import menu
from api.problems import Problem
from api.security import optional
from complaints.errors import HuiyinError
from templates.catalogues import catalogue
from templates.engine import page
from templates.languages import LANGUAGES, language_of

COOKIE = "huiyin_language"
NAMES = {"zh-CN": "中文", "en": "English"}

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def language(request: Request, *wishes: str) -> str:
    """The language to answer in: the one asked for, then `wishes`, the one kept, the browser's, the house's."""
    browser = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    chosen = (request.query_params.get("lang", ""), *wishes, request.cookies.get(COOKIE, ""))
    return language_of(*chosen, *browser, house(request).settings.language)


def translate(chosen: str, text: str, **values: str | int) -> str:
    """The words for an English text, with its `%(name)s` filled in."""
    return catalogue(chosen).gettext(text) % values if values else catalogue(chosen).gettext(text)


def show(request: Request, name: str, chosen: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of `templates/pages` in that language."""
    try:
        who = optional(request)
    except HuiyinError:
        who = None
    own: dict[str, Any] = {"who": who, "other": other_language(request, chosen)}
    if who is not None:
        own |= {"menu": menu(request, who), "sign_out": house(request).sessions.nonce("sign-out")}
    context = own | context
    shown = HTMLResponse(page(name, chosen, **context), status)
    keep_language(request, shown, chosen)
    return shown


def keep_language(request: Request, shown: Response, chosen: str) -> None:
    """Remember a language that was asked for."""
    if request.query_params.get("lang"):
        secure = house(request).settings.public_url.startswith("https:")
        shown.set_cookie(COOKIE, chosen, max_age=365 * 86_400, samesite="lax", httponly=True, secure=secure)


def other_language(request: Request, chosen: str) -> dict[str, str] | None:
    """The way to this page in the other language; None where a form was sent."""
    other = next(lang for lang in LANGUAGES if lang != chosen)
    if request.method not in ("GET", "HEAD"):
        return None
    query = urlencode([(k, v) for k, v in request.query_params.multi_items() if k != "lang"] + [("lang", other)])
    # An address that began with two slashes would lead to another house.
    return {"url": f"/{request.url.path.lstrip('/')}?{query}", "language": other, "name": NAMES[other]}


def to_sign_in(request: Request) -> Response:
    """Off to the sign-in page, and back here afterwards."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'to': path})}", 303)


def wants_page(request: Request) -> bool:
    """Whether a person with a browser asked, rather than a script."""
    return not for_machines(request) and "text/html" in request.headers.get("accept", "")


def for_machines(request: Request) -> bool:
    """Whether the address is one that scripts ask, and no page."""
    return request.url.path.startswith(("/api/", "/codec", "/healthz", "/readyz", "/metrics", "/temporal"))


def problem_page(request: Request, found: Problem) -> Response | None:
    """A problem as a page, where a person asked with a browser."""
    if not wants_page(request):
        return None
    chosen = language(request)
    heading, text = _WORDS.get(found.status, _WORDS[500])
    context = {"heading": translate(chosen, heading), "text": translate(chosen, text)}
    return show(request, "problem.html", chosen, found.status, **context)


def _(text: str) -> str:
    return text


_WORDS = {
    400: (_("This cannot be read"), _("Please go back and try once more.")),
    401: (_("Please sign in"), _("This page is for the institution's own people.")),
    403: (_("This is not yours to see"), _("You are signed in, but this belongs to others.")),
    404: (
        _("There is nothing here"),
        _("The address is incomplete or wrong. Open the link from the letter once more."),
    ),
    405: (_("This cannot be read"), _("Please go back and try once more.")),
    409: (_("This is not possible now"), _("The case has moved on since the page was shown. Please open it anew.")),
    422: (_("Something is missing or wrong"), _("Please go back and try once more.")),
    429: (_("Too many tries"), _("Please wait some minutes, then try again.")),
    503: (_("For the moment this does not work"), _("Nothing was done. Please try again in a few minutes.")),
    500: (_("Something failed on our side"), _("Please try again. If it fails again, tell whoever runs this system.")),
}


class SafeHeaders:
    """ASGI middleware: nothing here is framed, sniffed or told to others; pages with a secret are not kept."""

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._always = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ]
        if secure:
            # Only where people come by TLS: a browser that was told so once never comes by plain http again.
            self._always.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or path.startswith("/temporal"):
            await self._app(scope, receive, send)
            return
        kept = path in looks.PATHS

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                names = {name.lower() for name, _ in headers}
                headers += self._always
                if b"content-security-policy" not in names:
                    headers.append((b"content-security-policy", _POLICY.encode()))
                if not kept and b"cache-control" not in names:
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        await self._app(scope, receive, with_headers)
