"""What browser tests do again and again: open browsers, sign in, file, act, read letters, look for barriers."""

from __future__ import annotations

import json
import re
import time
from typing import Any, ClassVar

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from api.sessions import COOKIE
from tests.runtime.system import System, wait_until

WIDE, NARROW = ViewportSize(width=1200, height=860), ViewportSize(width=390, height=844)
PROCEDURE = "property-developer"
HOLDERS = {"csd": "csd-1", "responsible": "eng-head", "leader": "leader-1", "manager": "gm-1", "admin": "admin-1"}
"""Who holds which role of the reference procedure; `operator` is the installation's own account."""

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # What is well need not be told: that takes longer than looking.
    "resultTypes": ["violations"],
}


class Office:
    """The system seen from outside: browsers, API calls, letters."""

    _sessions: ClassVar[dict[tuple[str, str, str], str]] = {}
    """Cookies by system, procedure and person: who signed in once stays so for the tests after."""

    def __init__(self, system: System, chromium: Browser) -> None:
        self.system, self._chromium = system, chromium
        self._contexts: list[BrowserContext] = []
        self._tokens: dict[tuple[str, ...], str] = {}
        self.faults: list[str] = []

    def browser(self, *, language: str = "zh-CN", narrow: bool = False, script: bool = True, **more: Any) -> Page:
        """A fresh browser of somebody: nothing kept, one page."""
        context = self._chromium.new_context(
            base_url=self.system.url,
            locale=language,
            timezone_id="Asia/Shanghai",
            viewport=NARROW if narrow else WIDE,
            java_script_enabled=script,
            **more,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._hear)
        return page

    def telephone(self, language: str = "zh-CN", **more: Any) -> Page:
        """A telephone's browser."""
        return self.browser(language=language, narrow=True, **more)

    def signed_in(self, who: str, *, procedure: str = PROCEDURE, **more: Any) -> Page:
        """The browser of a person (or of who holds a role) who has signed in by account and password."""
        person = HOLDERS.get(who, who)
        whose = "" if person == "operator" else procedure
        key = (self.system.url, whose, person)
        if key not in self._sessions:
            self._sessions[key] = self._sign_in(person, whose)
        page = self.browser(**more)
        page.context.add_cookies([{"name": COOKIE, "value": self._sessions[key], "url": self.system.url}])
        return page

    def _sign_in(self, person: str, procedure: str) -> str:
        """Take the first password to the sign-in page, choose another as the page asks, and give the cookie."""
        whose = ["--procedure", procedure] if procedure else []
        ran = self.system.run("account", "reset", person, *whose, "--json")
        if ran.returncode:
            ran = self.system.run("account", "add", person, *whose, "--json")
        assert ran.returncode == 0, ran.stderr
        (made,) = json.loads(ran.stdout)
        own = "a password of one's own"
        with httpx.Client(base_url=self.system.url, timeout=30, trust_env=False) as client:

            def send(path: str, **given: str) -> None:
                shown = client.get(path).text.split("<main")[1]
                nonce = re.search(r'name="nonce" value="([^"]+)"', shown)
                assert nonce, shown
                answer = client.post(path, data=given | {"nonce": nonce[1]})
                assert answer.status_code == 303, answer.text

            send("/sign-in", account=made["account"], password=made["password"])
            send("/password", old=made["password"], new=own, again=own)
            return str(client.cookies[COOKIE])

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused action's 4xx is also an "error" of the console; scripts and policies are what counts.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def leave(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()

    def token(self, role: str, *more: str) -> str:
        """A bearer token of who holds the role."""
        if (role, *more) not in self._tokens:
            whose = [] if role in ("operator", "admin") else ["--procedure", PROCEDURE]
            ran = self.system.run("token", "--role", role, *whose, *more)
            assert ran.returncode == 0, ran.stderr
            self._tokens[role, *more] = ran.stdout.strip()
        return self._tokens[role, *more]

    def ask(self, method: str, path: str, *, bearer: str = "", key: str = "", **given: Any) -> httpx.Response:
        """A call of the API."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        headers |= {"Idempotency-Key": key} if key else {}
        url = self.system.url + path
        return httpx.request(method, url, headers=headers, timeout=30, trust_env=False, **given)

    def file(self, about: str, **more: Any) -> dict[str, Any]:
        """A complaint by the API: its receipt (`number`, `tracking_code`, `track_url` …)."""
        who = {"name": "A. Resident", "email": "resident@mail.example", "language": "zh-CN"}
        body = {"procedure": PROCEDURE, "about": about, "category": "repair", "complainant": who} | more
        answer = self.ask("POST", "/api/complaints", json=body)
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    def act(self, number: str, action: str, role: str, *more: str, **given: Any) -> None:
        """An action by the API, which must be taken; tried again while the case's worker is only waking."""
        bearer = self.token(role, *more)
        answer = self.ask("POST", f"/api/complaints/{number}/actions/{action}", bearer=bearer, json=given)
        assert answer.status_code == 200, answer.text

    def letter(self, to: str, *words: str) -> dict[str, Any]:
        """The newest letter to an address whose subject or text holds all of the words, as soon as it is there."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            letters = self.ask("GET", "/inbox.json").json()
            told = [(x, x["subject"] + x["text"]) for x in letters if to in x["to"]]
            found[:] = [letter for letter, text in told if all(some in text for some in words)]
            return found != []

        wait_until(there, f"a letter to {to}")
        return found[-1]


def barriers(page: Page) -> list[str]:
    """What WCAG 2.2 AA forbids on this page as it stands, by axe-core: rule and place of each."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def weight(page: Page, path: str) -> int:
    """Bytes over the wire of a first load of that path, everything together."""
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    until = time.monotonic() + 5
    while not sizes and time.monotonic() < until:
        page.wait_for_timeout(50)
    return sum(sizes)
