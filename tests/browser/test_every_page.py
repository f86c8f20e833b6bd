"""Every page in every state, in both languages, wide and narrow: no barrier, none too wide, no raw ids."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from api.permissions import ROUTES
from tests.browser.office import NARROW, WIDE, barriers
from tests.browser.standing import Serving, Standing

DEVELOPER, RECEPTION, FIRM = "property-developer", "property-reception", "law-firm"
PEOPLE = {
    "anybody": ("", (), ""),
    "desk": ("csd-1", ("csd",), DEVELOPER),
    "head": ("eng-head", (), DEVELOPER),
    "leader": ("leader-1", ("leader",), DEVELOPER),
    "manager": ("gm-1", ("gm", "manager"), DEVELOPER),
    "reception": ("ps-desk-1", ("csd",), RECEPTION),
    "reception's manager": ("ps-manager", ("leader",), RECEPTION),
    "reception's admin": ("ps-admin", ("admin",), RECEPTION),
    "partner": ("lf-director", ("firm_meeting",), FIRM),
    "stranger": ("lf-rec", ("csd",), FIRM),
    "admin": ("admin", ("admin",), ""),
    "operator": ("operator", ("operator",), ""),
}
CASES = (
    "overdue", "deemed approved", "sent again", "leader stepped aside", "reply", "follow-up", "closed", "withdrawn",
    "paused", "asked", "anonymous", "received",
)  # fmt: skip
FORMS = (
    "assess", "dispatch", "promise", "correct", "open_case", "extend", "pause", "merge", "substitute", "reclassify",
    "refer", "recuse", "close",
)  # fmt: skip
"""Forms that have every kind of field between them."""
ADMIN = (
    "", "/health", "/procedures", "/procedures/law-firm", "/procedures/law-firm/simulate", "/people",
    f"/people/{DEVELOPER}", "/calendar", f"/calendar/{DEVELOPER}", "/letters", "/letters/decision", "/failed",
)  # fmt: skip
NO_PAGES = re.compile(r"/api/|/codec|/temporal|/healthz|/readyz|/metrics|\.(css|js|json|xlsx|zip)$|/attachments")
"""Paths whose answers are no pages of this house."""
ELSEWHERE = {
    "/password",
    "/receive/done",
    "/workflow/{number}",
    "/cases/{number}/tasks/{task}",
    "/admin/letters/{letter}/{language}.html",
}
"""Pages that only an account or the engine leads to: other tests look at them. And what is no page but a letter."""
RAW = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\bNone\b(?!\.)|%\(|\{\{|\bTrue\b|T\d\d:\d\d:\d\d")
IDS_BELONG = ("/admin", "/approvals/broken")
"""Where ids are meant: whoever writes procedures knows them."""


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    serving = Serving(tmp_path_factory.mktemp("standing"))
    yield serving.start()
    serving.stop()


def places(standing: Standing) -> list[tuple[str, str]]:
    """Who looks at which address: every page in its states."""
    of = standing.paths
    found = [("anybody", path) for path in (
        "/", "/file", "/file?find=nobody", "/track", f"{of['closed followed']}x", "/public-figures", "/sign-in",
        "/inbox", f"/public-figures?procedure={DEVELOPER}", "/approvals/broken", "/nothing", "/waiting",
        *(f"/file?procedure={one}" for one in (DEVELOPER, FIRM, "fire-hazard", "quality-claims", "telecom-network")),
        *(of[name] for name in of if name.startswith("link")), f"{of['link']}?decision=return",
        f"{of['link']}?decision=approve", *(of[f"{name} followed"] for name in CASES),
        f"{of['follow-up followed']}&say=not", f"{of['follow-up followed']}&done=revisit", of["panel followed"],
        of["received followed"].replace("/track", "/receipt"), of["anonymous followed"].replace("/track", "/receipt"),
    )]  # fmt: skip
    late, closed = of["overdue"], of["closed"]
    found += [("desk", path) for path in (
        "/cases", "/cases?tab=all", "/cases?tab=all&closed=true", "/cases?q=nothing-of-the-kind", "/cases?overdue=true",
        *(f"/cases/{of[name]}" for name in CASES), f"/cases/{late}?all=1&order=oldest",
        *(f"/cases/{late}/do/{action}" for action in FORMS), f"/cases/{closed}/do/explain", f"/cases/{late}/forms",
        *(f"/cases/{late}/print/{form}" for form in ("register", "chaser", "overdue_inquiry", "handling_sheet")),
        f"/cases/{closed}/dossier", f"/cases/{closed}/print/decision", "/register", "/register?from=x&to=y",
        "/register/print", "/register/print?from=2020-01-01&to=2020-01-02", "/statistics/print", "/receive",
        "/statistics/print?at=2020-01", "/statistics/print?at=nonsense", "/figures", "/waiting",
        f"/cases/{of['confidential']}", "/cases/20261124-9999",
    )]  # fmt: skip
    found += [("head", f"/cases/{of['overdue']}"), ("head", f"/cases/{of['overdue']}/do/propose"), ("head", "/cases")]
    found += [("leader", "/waiting"), ("leader", f"/waiting/{of['sent again']}"),
              ("leader", f"/cases/{of['sent again']}"), ("leader", f"/waiting/{of['sent again']}?decision=return"),
              ("leader", f"/cases/{of['leader stepped aside']}")]  # fmt: skip
    found += [("manager", path) for path in ("/figures", "/figures?weeks=4&unit=sales", "/figures/list?what=open",
              "/figures/list?what=missed", "/figures/list?what=closed&unit=sales", "/statistics/print")]  # fmt: skip
    found += [("reception", f"/cases/{of['confidential']}"), ("reception's admin", f"/cases/{of['confidential']}"),
              ("reception's manager", f"/waiting/{of['confidential']}"), ("partner", "/waiting"),
              ("partner", f"/cases/{of['panel']}"), ("stranger", f"/cases/{late}")]  # fmt: skip
    found += [("admin", f"/admin{path}") for path in ADMIN]
    found += [
        ("operator", path) for path in ("/workflow", "/workflow?find=nothing", f"/workflow?find={late}", "/cases")
    ]
    return found


@pytest.fixture(params=[("zh-CN", NARROW), ("en", WIDE)], ids=["zh-CN on a telephone", "en on a desk"])
def walker(request: pytest.FixtureRequest, standing: Standing, chromium: Browser) -> Iterator[Walker]:
    language, size = request.param
    made = Walker(standing, chromium, language, size)
    yield made
    made.leave()


class Walker:
    """Goes from page to page as different people, each with a browser of its own."""

    def __init__(self, standing: Standing, chromium: Browser, language: str, size: ViewportSize) -> None:
        self.standing, self._chromium, self.language, self._size = standing, chromium, language, size
        self._pages: dict[str, Page] = {}
        self.wrong: list[str] = []

    def page(self, who: str) -> Page:
        """The browser of one of `PEOPLE`."""
        if who not in self._pages:
            person, roles, procedure = PEOPLE[who]
            context = self._chromium.new_context(
                base_url=self.standing.url, locale=self.language, viewport=self._size, timezone_id="Asia/Shanghai",
                extra_http_headers=self.standing.bearer(person, *roles, procedure=procedure) if person else {},
            )  # fmt: skip
            self._pages[who] = context.new_page()
        return self._pages[who]

    def look(self, page: Page, where: str) -> None:
        """Note what is wrong with a page as it stands."""
        wrong = barriers(page)
        if page.locator("html").get_attribute("lang") != self.language:
            wrong.append("is in another language")
        if page.locator("h1").count() != 1:
            wrong.append(f"has {page.locator('h1').count()} headings of the first order")
        text = page.locator("body").inner_text()
        if not any(part in where for part in IDS_BELONG):
            wrong += [f"shows {raw!r}" for raw in RAW.findall(text)]
        for width in (NARROW["width"], WIDE["width"]):
            page.set_viewport_size({"width": width, "height": 860})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth") and "/register/print" not in where:
                wrong.append(f"is wider than {width} pixels")
        page.set_viewport_size(self._size)
        self.wrong += [f"{where} ({self.language}) {one}" for one in wrong]

    def leave(self) -> None:
        """Close all browsers."""
        for page in self._pages.values():
            page.context.close()


def test_every_page_in_every_state_has_no_barrier(walker: Walker) -> None:
    for who, path in places(walker.standing):
        page = walker.page(who)
        answer = page.goto(path)
        assert answer is not None and answer.status < 500, f"{who} {path}"
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        walker.look(page, f"{who} {path}")
    assert not walker.wrong, "\n".join(walker.wrong)


def test_every_page_of_the_house_is_among_them(standing: Standing) -> None:
    walked = [path.partition("?")[0] for _, path in places(standing)]
    pages = {path for path, methods in ROUTES.items() if "GET" in methods and not NO_PAGES.search(path)} - ELSEWHERE
    unseen = {p for p in pages if not any(re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", p), path) for path in walked)}
    assert unseen == set()
