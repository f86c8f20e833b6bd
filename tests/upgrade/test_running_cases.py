"""Cases that an older version began go on under this one, upgraded as people upgrade: nothing is stood in for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from records import Records
from runtime.sandbox import sandboxed
from runtime.settings import HOUSE, Settings
from runtime.temporal import connect
from tests.runtime.system import System, wait_until
from workflows.complaint import Complaint
from workflows.starting import workflow_id

PROCEDURE = "property-developer"
STAFF = {"desk": ("csd", "csd-1"), "head": ("responsible", "eng-head")}
LEADER = "leader@developer.example"


class People:
    """What people do at a running system, over HTTP."""

    def __init__(self, system: System, http: httpx.Client) -> None:
        self.system = system
        self.http = http
        self._tokens = {
            who: system.run("token", "--role", role, "--person", person, "--procedure", PROCEDURE).stdout.strip()
            for who, (role, person) in STAFF.items()
        }

    def file(self, about: str) -> str:
        given = {
            "procedure": PROCEDURE,
            "channel": "telephone",
            "category": "repair",
            "about": about,
            "complainant": {"name": "Example Person", "email": "person@example.org", "language": "en"},
        }
        answer = self.http.post("/api/complaints", json=given, headers={"Idempotency-Key": about})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    def act(self, number: str, action: str, who: str, **given: Any) -> dict[str, Any]:
        answer = self.http.post(
            f"/api/complaints/{number}/actions/{action}",
            json=given,
            headers={"Authorization": f"Bearer {self._tokens[who]}", "Idempotency-Key": f"{number}-{action}"},
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def letters(self, number: str, to: str) -> list[dict[str, Any]]:
        return [x for x in self.http.get("/inbox.json").json() if number in x["subject"] and to in x["to"]]

    def link(self, number: str) -> str:
        """The path of the newest link by which the leader decides."""

        def links() -> list[str]:
            texts = [letter["text"] for letter in self.letters(number, LEADER)]
            return [link for text in texts for link in re.findall(r"http\S+/approvals/\S+", text)]

        wait_until(lambda: bool(links()), "the leader's link")
        return urlsplit(links()[-1]).path

    def approve(self, path: str) -> None:
        asked = self.http.get(path, params={"decision": "approve", "lang": "en"})
        nonce = re.search(r'name="nonce" value="([^"]+)"', asked.text.split("<main")[1])
        assert nonce, asked.text
        done = self.http.post(path, data={"decision": "approve", "text": "", "nonce": nonce[1]}, params={"lang": "en"})
        assert done.status_code == 200 and "You have approved." in done.text, done.text


@pytest.fixture
def system(tmp_path: Path, older_house: Path) -> Iterator[System]:
    """An installation of the older house, running."""
    made = System(tmp_path / "data", house=older_house)
    try:
        made.start()
        made.wait_ready()
        yield made
    finally:
        made.put_down()


@pytest.fixture
def http(system: System) -> Iterator[httpx.Client]:
    """A browser, in short."""
    with httpx.Client(base_url=system.url, timeout=30, trust_env=False, follow_redirects=True) as client:
        yield client


async def test_cases_begun_under_an_older_version_come_to_their_end_under_this_one(
    system: System, http: httpx.Client
) -> None:
    people = People(system, http)
    asked, new = people.file("Rain comes in."), people.file("The lift is loud.")
    people.act(asked, "assess", "desk", admissible=True, severity="general")
    people.act(asked, "dispatch", "desk", unit="engineering")
    people.act(asked, "sign_for", "head")
    people.act(asked, "contact", "head", on_site=True)
    people.act(asked, "propose", "head", cause="The seal aged.", measures="A new seal.")
    path = people.link(asked)
    wait_until(lambda: bool(people.letters(new, "person@example.org")), "the first letter")
    before = {number: people.letters(number, "@") for number in (asked, new)}
    assert system.stop() == 0

    system.house = HOUSE
    system.start()
    system.wait_ready()
    people = People(system, http)
    people.approve(path)  # the link of the older version's letter
    assert people.act(asked, "implement", "head", done="The seal is new.")["stage"] == "reply"
    people.act(asked, "reply", "desk", reply="The seal is new.")
    assert people.act(asked, "revisit", "desk", satisfied="yes", of="complainant")["stage"] == "closed"
    people.act(new, "assess", "desk", admissible=True, severity="general")
    people.act(new, "dispatch", "desk", unit="engineering")
    people.act(new, "contact", "head", on_site=True)
    assert people.act(new, "propose", "head", cause="A bolt.", measures="Tighten it.")["stage"] == "approval"
    people.approve(people.link(new))
    for number, letters in before.items():
        after = people.letters(number, "@")
        assert [letter for letter in letters if after.count(letter) != 1] == []
    assert system.run("verify").returncode == 0

    for number in (asked, new):
        history = await _history(system, number)
        assert len({e.workflow_task_completed_event_attributes.identity for e in history.events} - {""}) == 2
        converter = (await _client(system)).data_converter
        replayer = Replayer(workflows=[Complaint], workflow_runner=sandboxed(), data_converter=converter)
        await replayer.replay_workflow(history)


async def _client(system: System) -> Any:
    return await connect(Settings(data_dir=system.data_dir, temporal_port=system.ports[1]))


async def _history(system: System, number: str) -> WorkflowHistory:
    records = Records(f"sqlite:///{system.data_dir / 'huiyin.db'}")
    case = await records.case(number=number)
    await records.close()
    found: WorkflowHistory = (
        await (await _client(system)).get_workflow_handle(workflow_id(case.case_id)).fetch_history()
    )
    return found
