"""A complaint full of marked words runs to its end in a whole system; only the records and the letters know them.

Where they may be: the records' database, the folder of attachments, and in letters their `To` and their text.
Everywhere else they are searched for: as written, escaped for JSON and for addresses, in hexadecimal and in base64.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import uuid
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client

from runtime.inbox import read_inbox
from tests.runtime.engine import free_ports
from tests.runtime.system import System, wait_until
from tests.support.uploads import PDF, png

WORD, SIGN, DIGITS = "qzxvjkwqp", "龘靐", "13907755331"
"""They stand in everything that people say, and nowhere else; the digits are a telephone number."""

ADDRESS = f"{WORD}mail@mail.example"
LEADER = "leader@developer.example"
HEAD = ("--unit", "engineering")


def marked(what: str) -> str:
    """Something that a person writes."""
    return f"{WORD}{what} {SIGN}{what}"


def forms(word: str) -> set[bytes]:
    """A word as logs, addresses, JSON and base64 would show it."""
    plain = word.encode()
    found = {plain, json.dumps(word)[1:-1].encode(), quote(word).encode(), plain.hex().encode()}
    for before in range(3):
        # The ends depend on what stands beside it: only the middle is always the same.
        coded = base64.b64encode(bytes(before) + plain)
        found.add(coded[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6])
    return {one.lower() for one in found if len(one) > 4}


FORMS = sorted(set().union(*map(forms, (WORD, SIGN, DIGITS))))


def leaks(content: bytes) -> list[str]:
    """The marks that a surface shows, each with what stands around it."""
    low = content.lower()
    return [
        repr(content[max(0, low.index(form) - 60) : low.index(form) + 60]) for form in FORMS if form in low
    ]  # fmt: skip


def test_the_search_finds_a_mark_in_every_dress() -> None:
    for word in (WORD, SIGN, DIGITS):
        text = f"it says {word}."
        for shown in (text, json.dumps(text), quote(text), base64.b64encode(text.encode()).decode(), text.upper()):
            assert leaks(shown.encode()), shown
    assert leaks(b"an ordinary line of a log with 13907755330") == []


class Office:
    """The marked case, seen by everybody who writes into it."""

    def __init__(self, system: System, client: httpx.Client) -> None:
        self.system, self.client, self._tokens = system, client, dict[tuple[str, ...], str]()

    def token(self, role: str, *more: str) -> str:
        if (role, *more) not in self._tokens:
            ran = self.system.run("token", "--role", role, "--procedure", "property-developer", *more)
            assert ran.returncode == 0, ran.stderr
            self._tokens[role, *more] = ran.stdout.strip()
        return self._tokens[role, *more]

    def ask(
        self, method: str, path: str, *, role: tuple[str, ...] = (), good: int = 200, **given: Any
    ) -> httpx.Response:
        """A request with a mark wherever a caller may write what he likes."""
        key, agent = f"{WORD}{uuid.uuid4().hex}", marked("agent").encode()
        headers: dict[str, Any] = {"Idempotency-Key": key, "User-Agent": agent}
        headers |= {"Authorization": f"Bearer {self.token(*role)}"} if role else {}
        answer = self.client.request(method, path, headers=headers, **given)
        assert answer.status_code == good, (path, answer.text[-2000:])
        return answer

    def act(self, number: str, action: str, *role: str, good: int = 200, **given: Any) -> None:
        self.ask("POST", f"/api/complaints/{number}/actions/{action}", role=role, good=good, json=given)

    def form(self, path: str, which: str = "", good: int = 303, **given: str) -> httpx.Response:
        """Send the form of a page (the one that holds `which`), with its nonce."""
        page = self.client.get(path).text.split("<main")[1]
        shown = next(part for part in page.split("<form")[1:] if which in part)
        found = re.search(r'name="nonce" value="([^"]+)"', shown)
        assert found, shown
        answer = self.client.post(urlsplit(path).path, data=given | {"nonce": found[1]})
        assert answer.status_code == good, answer.text
        return answer

    def decide(self, round: int, decision: str, text: str) -> None:
        """The leader decides by the link of the letter of that round."""
        links: list[str] = []

        def asked() -> bool:
            links[:] = dict.fromkeys(
                link
                for letter in read_inbox(self.system.data_dir / "inbox")
                for link in letter.links
                if LEADER in letter.to and "/approvals/" in link
            )
            return len(links) >= round

        wait_until(asked, "the leader's link")
        path = f"{urlsplit(links[-1]).path}?decision={decision}"
        self.form(path, good=200, decision=decision, text=text)


@pytest.fixture(scope="module")
def figures() -> int:
    """Where the worker tells its figures."""
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, figures: int) -> Iterator[System]:
    made = System(tmp_path_factory.mktemp("marks") / "data")
    try:
        # All that it ever logs.
        made.start(HUIYIN_LOG_LEVEL="debug", HUIYIN_WORKER_METRICS=f"127.0.0.1:{figures}")
        made.wait_ready()
        yield made
    finally:
        made.put_down()


def told(office: Office) -> str:
    """Run the case from filing to its end, with everything that goes wrong on the way; gives its number."""
    who = {"name": marked("name"), "email": ADDRESS, "phone": DIGITS, "address": marked("address"), "language": "en"}
    body = {
        "procedure": "property-developer", "about": marked("about"), "demand": marked("demand"), "channel": "web",
        "place": marked("place"), "category": "repair", "complainant": who,
    }  # fmt: skip
    receipt = office.ask("POST", "/api/complaints", json=body, good=201).json()
    number, code = str(receipt["number"]), str(receipt["tracking_code"])
    track = f"/track?number={number}&code={code}"

    office.ask("POST", "/api/complaints", json=body | {marked("field"): marked("value")}, good=422)
    office.ask("POST", "/api/complaints", content=marked("no json"), good=422)
    unsigned = {"about": (None, marked("form")), "procedure": (None, "property-developer")}
    office.ask("POST", "/file", files=unsigned, good=422)
    office.ask("POST", "/file/similar", data={"about": marked("about"), "procedure": "property-developer"})
    office.ask("GET", f"/api/track?number={number}&code={WORD}", good=404)
    for path in (f"/cases/{quote(marked('path'))}", f"/nowhere/{WORD}", f"/approvals/{WORD}"):
        office.ask("GET", path, role=("csd",), good=404)
    office.ask("GET", "/cases", role=("csd",), params={"q": marked("search")})
    office.form("/sign-in", good=401, account=marked("account"), password=marked("password"))
    files = f"/api/complaints/{number}/attachments"
    named = {"files": (f"{marked('file')}.png", png(), "image/png")}
    office.ask("POST", files, files=named, data={"code": code, "text": marked("what")})
    broken = {"files": (f"{marked('wrong')}.png", b"MZ\0\1\2\3", "image/png")}
    office.ask("POST", files, files=broken, data={"code": code}, good=422)

    office.act(number, "assess", "csd", admissible=True, severity="general", comment=marked("assessed"))
    office.act(number, "dispatch", "csd", unit="engineering", comment=marked("dispatched"))
    office.act(number, "sign_for", "responsible", *HEAD)
    office.act(number, "contact", "responsible", *HEAD, on_site=True, finding=marked("finding"))
    office.act(number, "ask", "responsible", *HEAD, question=marked("question"))
    office.form(track, 'value="answer"', action="answer", text=marked("answer"), number=number, code=code, key="k-1")
    office.act(number, "note", "responsible", *HEAD, text=marked("note"))
    office.act(number, "refer", "csd", to="legal", question=marked("to legal"))
    office.act(number, "answer", "legal", opinion=marked("opinion"))
    report = {"files": (f"{marked('report')}.pdf", PDF, "application/pdf")}
    office.ask("POST", files, role=("responsible", *HEAD), files=report)
    office.act(number, "approve", "leader", good=409, requirements=marked("too early"))
    office.act(number, "propose", "responsible", *HEAD, cause=marked("cause"), measures=marked("measures"))
    office.decide(1, "return", marked("returned"))
    office.act(number, "propose", "responsible", *HEAD, cause=marked("cause 2"), measures=marked("measures 2"))
    office.decide(2, "require", marked("requirements"))
    office.act(number, "implement", "responsible", *HEAD, done=marked("done"))
    office.act(number, "reply", "csd", reply=marked("reply"), apology=marked("apology"))
    office.act(number, "reopen", "csd", to="reply", reason=marked("reopened"))
    office.act(number, "reply", "csd", good=200, reply=marked("reply 2"), apology=marked("apology 2"))
    office.act(number, "revisit", "csd", satisfied="yes", of="complainant", comment=marked("revisit"))
    for path in (track, f"/api/complaints/{number}", f"/api/complaints/{number}/timeline"):
        office.ask("GET", path, role=("csd",))
    return number


@pytest.fixture(scope="module")
def number(system: System) -> str:
    """The marked case, at its end."""
    with httpx.Client(base_url=system.url, timeout=30, trust_env=False) as client:
        made = told(Office(system, client))
    folder = system.data_dir / "inbox"
    wait_until(
        lambda: any(marked("reply 2") in letter.text for letter in read_inbox(folder)), "the answer to the complainant"
    )
    return made


def test_the_marks_are_where_they_belong(system: System, number: str) -> None:
    records = b"".join(path.read_bytes() for path in system.data_dir.glob("huiyin.db*"))
    for word in (WORD, SIGN, DIGITS):
        assert word.encode() in records


def test_nothing_of_it_lies_in_any_other_file(system: System, number: str) -> None:
    """Logs of all parts, the engine's database as it lies on the disk, what says which process is which, all names."""
    kept = {"attachments", "inbox"}
    files = [path for path in system.data_dir.rglob("*") if path.is_file()]
    searched = [
        path
        for path in files
        if not path.name.startswith("huiyin.db") and path.relative_to(system.data_dir).parts[0] not in kept
    ]
    names = {path.name for path in searched}
    assert {"temporal.db", "worker.log", "api.log", "inbox.log", "temporal.log"} <= names, names
    found = {str(path): leaks(path.read_bytes()) for path in searched}
    assert {path: places for path, places in found.items() if places} == {}
    assert leaks("\n".join(map(str, files)).encode()) == []
    assert b'"route": "/cases/{number}"' in (system.data_dir / "logs" / "api.log").read_bytes()


async def stored(port: int, number: str) -> list[bytes]:
    """What the engine tells of the case to somebody without a key: histories, descriptions, and how it is listed."""
    client = await Client.connect(f"127.0.0.1:{port}")
    service = client.workflow_service
    listing = ListWorkflowExecutionsRequest(namespace="default", query=f'HuiyinNumber="{number}"')
    listed = await service.list_workflow_executions(listing)
    assert listed.executions
    everything = ListWorkflowExecutionsRequest(namespace="default")
    found: list[Any] = [listed, await service.list_workflow_executions(everything)]
    for one in listed.executions:
        which = WorkflowExecution(workflow_id=one.execution.workflow_id, run_id=one.execution.run_id)
        found.append(
            await service.describe_workflow_execution(
                DescribeWorkflowExecutionRequest(namespace="default", execution=which)
            )
        )
        asked = GetWorkflowExecutionHistoryRequest(namespace="default", execution=which)
        while True:
            page = await service.get_workflow_execution_history(asked)
            found.append(page)
            if not page.next_page_token:
                break
            asked.next_page_token = page.next_page_token
    # As it is on the wire, and as people read it.
    return [part for one in found for part in (one.SerializeToString(), json_format.MessageToJson(one).encode())]


def test_nothing_of_it_is_in_the_history_as_stored_nor_in_visibility(system: System, number: str) -> None:
    parts = asyncio.run(stored(system.ports[1], number))
    assert b"HuiyinStage" in b"".join(parts) and b"complaint-" in b"".join(parts)
    assert [leaks(part) for part in parts if leaks(part)] == []


def test_nothing_of_it_is_in_the_figures_of_pages_workers_and_engine(system: System, number: str, figures: int) -> None:
    engine = re.search(r"http://\S+/metrics", (system.data_dir / "logs" / "temporal.log").read_text(encoding="utf-8"))
    assert engine
    for url in (f"{system.url}/metrics", f"http://127.0.0.1:{figures}/metrics", engine[0]):
        told = httpx.get(url, trust_env=False, timeout=30)
        assert told.status_code == 200 and b"# TYPE" in told.content
        assert leaks(told.content) == [], url


def test_nothing_of_it_is_in_the_heads_of_letters_nor_in_their_links(system: System, number: str) -> None:
    letters = sorted((system.data_dir / "inbox").glob("*.eml"))
    assert len(letters) > 5
    for path in letters:
        letter = message_from_bytes(path.read_bytes(), policy=default)
        heads = [f"{name}: {value}" for name, value in letter.items() if name.lower() != "to"]
        assert any(head.startswith("Message-ID") for head in heads) and any(
            head.startswith("Subject") for head in heads
        )
        assert leaks("\n".join(heads).encode()) == []
    for one in read_inbox(system.data_dir / "inbox"):
        assert leaks("\n".join((*one.links, one.subject)).encode()) == []
    assert any(WORD in one.text for one in read_inbox(system.data_dir / "inbox"))
