"""The letters of whole cases of the reference procedure: who got which, in order, and what they said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from activities.mail import Mailer
from activities.messages import Deliver
from activities.notifications import Notifications
from complaints.case import Actor, Message, Submission, apply, receive, settle
from complaints.procedure.load import load_procedure
from records import Records, seal
from records.values import Complainant, Intake
from runtime.directories import Directories
from runtime.inbox import Letter
from templates.clocks import clock_name
from templates.languages import LANGUAGES
from templates.letters import LETTERS
from tests.support.mail import Inbox, inbox
from tests.support.small_case import ZONE, at

PROCEDURES = Path(__file__).parents[2] / "procedures"
PEOPLE = {"csd": "csd-1", "responsible": "eng-head", "handler": "eng-1", "leader": "leader-1", "legal": "legal-1"}


class Links:
    def approval(self, case_id: str, person: str, approval: str, round: int) -> str:
        return f"https://example.org/approvals/{person}-{round}"

    def tracking(self, number: str, code: str) -> str:
        return f"https://example.org/track?number={number}"


class Case:
    """One complaint under the reference procedure; every letter owed goes out at once."""

    def __init__(self, records: Records, box: Inbox, mailer: Mailer) -> None:
        self.records, self.box = records, box
        self.now = 0
        self.directories = Directories(PROCEDURES)
        self.tell = Notifications(
            records, self.directories, mailer, Links(), now=lambda: self.now, public_url="https://example.org"
        )
        self.read = 0

    async def begin(self, when: str, **facts: Any) -> None:
        """The complaint comes in."""
        self.now = at(when)
        ref = await self.records.save_rules(*self.directories.frozen("property-developer", 2026))
        self.rules = await self.records.rules(ref)
        sealed = seal({"about": "window leaks", "demand": "repair it"})
        given = Submission(
            case="0" * 32, number="", received_at=self.now, at=self.now,
            facts={"channel": "telephone", "category": "repair", **facts},
            content=sealed.content, by=Actor("csd-1", ("csd",)), recused={}, key="first",
        )  # fmt: skip
        accepted = await self.records.accept(
            Intake(
                case=given.case, rules=ref, local=datetime.fromtimestamp(self.now, ZONE), key="first", fingerprint="x",
                build=lambda number: receive(self.rules, replace(given, number=number)), sealed=sealed,
                complainant=Complainant("某先生", "+86-1", "someone@example.org", "12-3-801", "zh-CN"),
            )
        )  # fmt: skip
        self.case, self.number, self.state = accepted.case, accepted.number, accepted.state
        await self.post()

    async def act(self, when: str, do: str, role: str, texts: dict[str, str] | None = None, **data: Any) -> None:
        """Somebody acts."""
        self.now = at(when)
        key = f"{do}-{when}"
        content = await self.records.put_content(self.case, texts, role, key) if texts else None
        who = Actor(PEOPLE.get(role, role), (role,))
        await self._take(apply(self.rules, self.state, Message(do, self.now, who, data, content, key)))

    async def wait(self, when: str) -> None:
        """Time passes and nobody acts."""
        self.now = at(when)
        await self._take(settle(self.rules, self.state, self.now))

    async def fair(self, when: str, clock: str) -> None:
        """Silence ends, and the facts say that the say was fairly offered."""
        self.now = at(when)
        data = {"key": clock, "due": self.state.clocks[clock].due}
        await self._take(apply(self.rules, self.state, Message("facts", self.now, Actor("system"), data)))

    async def _take(self, done: Any) -> None:
        self.state = done.state
        await self.records.append(self.case, done.events)
        await self.post()

    async def post(self) -> None:
        """Deliver everything owed, as the workflow does."""
        while mail := [n for n in self.state.owed.values() if n.channel == "mail"]:
            for notice in mail:
                told = await self.tell.deliver(Deliver(self.case, notice))
                assert told.ok, (notice, told)
                said = {"notice": notice.id, "person": told.person, "role": told.role, "channel": told.channel}
                done = apply(self.rules, self.state, Message("notified", self.now, Actor("system"), said))
                self.state = done.state
                await self.records.append(self.case, done.events)

    def news(self) -> dict[str, Letter]:
        """The letters since the last look, by recipient."""
        letters = self.box.letters()
        new, self.read = letters[self.read :], len(letters)
        assert all(letter.subject.startswith(f"{self.number} ") for letter in new)
        assert len({letter.to for letter in new}) == len(new), [letter.subject for letter in new]
        return {letter.to.partition("@")[0]: letter for letter in new}

    def subjects(self) -> dict[str, str]:
        """Their subjects without the number."""
        return {to: letter.subject.removeprefix(f"{self.number} ") for to, letter in self.news().items()}


@asynccontextmanager
async def begun(records: Records, folder: Path, when: str, **facts: Any) -> AsyncIterator[Case]:
    async with inbox(folder / "inbox") as box:
        mailer = Mailer(box.url, "客户服务部 <desk@example.org>")
        case = Case(records, box, mailer)
        await case.begin(when, **facts)
        yield case
        await mailer.close()


@pytest.fixture
async def case(records: Records, tmp_path: Path) -> AsyncIterator[Case]:
    async with begun(records, tmp_path, "2026-11-23T09:00") as made:
        yield made


@pytest.mark.parametrize("path", sorted(p for p in PROCEDURES.glob("*.yaml") if ".directory." not in p.name))
def test_every_letter_that_a_procedure_sends_is_written_or_named_in_both_languages(path: Path) -> None:
    procedure = load_procedure(path)
    named = {letter for letter, names in procedure.letters.items() if {"zh-CN", "en"} <= set(names)}
    sent = {note.letter for note in procedure.notifications}
    assert sent - set(LETTERS) - named == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", sorted(p for p in PROCEDURES.glob("*.yaml") if ".directory." not in p.name))
def test_every_limit_of_a_procedure_has_a_name_that_tells_it_from_the_others(path: Path, language: str) -> None:
    procedure = load_procedure(path)
    clocks = {clock.id for clock in procedure.clocks}
    names = {clock: clock_name(procedure, clock, language) for clock in clocks}
    assert len(set(names.values())) == len(clocks), names
    assert all(name != clock for clock, name in names.items())


async def to_approval(case: Case) -> None:
    await case.act("2026-11-23T09:20", "assess", "csd", admissible=True)
    await case.act("2026-11-23T09:40", "dispatch", "csd", unit="engineering")
    await case.act("2026-11-23T15:00", "contact", "responsible")
    case.news()
    await case.act("2026-11-24T10:00", "propose", "responsible", {"cause": "密封条老化", "measures": "更换密封条"})


async def test_on_receipt_the_complainant_is_thanked_and_the_leader_gets_the_report(case: Case) -> None:
    news = case.news()
    assert set(news) == {"someone", "leader"}
    thanks, report = news["someone"], news["leader"]
    assert thanks.subject.endswith("您的投诉已受理")
    # Half a working day until the sheet goes out, and one more until the unit has been in contact (GT-04, GT-05).
    assert "我们将在北京时间2026年11月24日(星期二)18:00前再次与您联系" in thanks.text
    assert "客户服务部" not in thanks.text
    assert report.subject.endswith("投诉信息汇报表")
    assert "投诉内容: window leaks" in report.text
    assert "接诉时间: 北京时间2026年11月23日(星期一)09:00" in report.text
    assert "某先生" not in report.text


async def test_the_unit_gets_the_sheet_with_its_limits_and_whom_to_contact(case: Case) -> None:
    await case.act("2026-11-23T09:20", "assess", "csd", admissible=True)
    case.news()
    await case.act("2026-11-23T09:40", "dispatch", "csd", unit="engineering")
    sheet = case.news()["engineering"]
    assert "联系投诉人: 北京时间2026年11月24日(星期二)18:00前" in sheet.text
    assert "提出处理措施: 北京时间2026年11月26日(星期四)18:00前" in sheet.text
    assert "投诉人: 某先生" in sheet.text
    assert "联系电话: +86-1" in sheet.text
    assert "责任单位: 工程部" in sheet.text


async def test_the_plain_way_tells_everybody_what_concerns_them(case: Case) -> None:
    await to_approval(case)
    request = case.news()["leader"]
    assert "请您在北京时间2026年11月25日(星期三)18:00前作出批示" in request.text
    assert "将于北京时间2026年11月26日(星期四)18:00视同批准" in request.text
    assert "https://example.org/approvals/leader-1-1" in request.links
    await case.act("2026-11-24T15:00", "approve", "leader", {"requirements": "一周内完成"})
    decision = case.news()["engineering"]
    assert "批准,并提出以下要求:\n\n  一周内完成" in decision.text
    await case.act("2026-11-26T15:00", "implement", "responsible", {"done": "已更换"})
    case.news()
    await case.act(
        "2026-11-26T16:00", "reply", "csd", {"reply": "已为您更换密封条", "apology": "深表歉意", "correction": "已更换"}
    )
    news = case.box.letters()[case.read :]
    assert [letter.subject.partition(" ")[2] for letter in news] == ["关于您投诉的答复", "请您评价处理结果"]
    assert "已为您更换密封条" in news[0].text
    assert "请您在北京时间2026年12月1日(星期二)18:00前作答" in news[1].text


async def test_silence_is_reminded_of_and_then_told_to_both_in_their_own_tones(case: Case) -> None:
    await to_approval(case)
    case.news()
    await case.wait("2026-11-25T18:01")
    reminder = case.news()["leader"]
    assert reminder.subject.endswith("提醒:领导审批")
    assert "该项已于北京时间2026年11月25日(星期三)18:00到期" in reminder.text
    assert "将于北京时间2026年11月26日(星期四)18:00视同批准" in reminder.text
    assert "https://example.org/approvals/leader-1-1" in reminder.links
    await case.fair("2026-11-26T18:01", "deemed_approval")
    news = case.news()
    assert set(news) == {"leader", "engineering"}
    assert "您无需做任何事" in news["leader"].text
    assert "已于北京时间2026年11月26日(星期四)18:00视同批准" in news["leader"].text
    assert "您有权全权实施。请尽快与投诉人联系" in news["engineering"].text


@pytest.mark.parametrize("silent", [False, True], ids=["approved", "deemed"])
async def test_who_carries_out_is_told_that_limit_and_not_another_that_still_runs(case: Case, silent: bool) -> None:
    await case.act("2026-11-23T09:20", "assess", "csd", admissible=True)
    await case.act("2026-11-23T09:40", "dispatch", "csd", unit="engineering")
    # Nobody has been in contact with the complainant: that limit runs on, and is over before the decision.
    await case.act("2026-11-24T10:00", "propose", "responsible", {"cause": "密封条老化", "measures": "更换密封条"})
    await case.wait("2026-11-25T18:01")
    case.read = len(case.box.letters())
    if silent:
        await case.fair("2026-11-26T18:01", "deemed_approval")
        told = case.news()["engineering"].text
        assert "请您在北京时间2026年12月10日(星期四)18:00前实施完成" in told
    else:
        await case.act("2026-11-25T18:10", "approve", "leader")
        told = case.news()["engineering"].text
        assert "请您先与投诉人约定时间,并在北京时间2026年12月9日(星期三)18:00前实施完成" in told


async def test_a_report_after_the_sheet_asks_for_an_instruction_and_not_for_the_decision(case: Case) -> None:
    await to_approval(case)
    case.news()
    await case.act("2026-11-25T16:00", "reclassify", "csd", {"reason": "多户受影响"}, severity="major")
    told = case.news()["leader"]
    assert told.subject.endswith("投诉信息汇报表")
    assert "如需您作出批示,请在北京时间2026年11月26日(星期四)11:00前" in told.text


async def test_a_returned_sheet_goes_back_with_the_reason_and_the_second_round_is_called_one(case: Case) -> None:
    await to_approval(case)
    case.news()
    await case.act("2026-11-24T15:00", "return", "leader", {"reason": "措施不足"})
    returned = case.news()["engineering"]
    assert "退回重拟" in returned.text
    assert "措施不足" in returned.text
    assert "请您在北京时间2026年11月27日(星期五)18:00前重新提出处理措施" in returned.text
    await case.act("2026-11-25T10:00", "propose", "responsible", {"cause": "框体变形", "measures": "更换整窗"})
    again = case.news()["leader"]
    assert "第 2 轮" in again.text
    assert "更换整窗" in again.text
    assert "https://example.org/approvals/leader-1-2" in again.links


async def test_a_handlers_measures_come_to_the_head_for_signature(case: Case) -> None:
    await case.act("2026-11-23T09:20", "assess", "csd", admissible=True)
    await case.act("2026-11-23T09:40", "dispatch", "csd", unit="engineering")
    await case.act("2026-11-23T10:00", "appoint", "responsible", person="eng-1")
    assert "您已被指定为投诉" in case.box.letters()[-1].text
    case.read = len(case.box.letters())
    await case.act("2026-11-24T10:00", "contact", "handler")
    await case.act("2026-11-24T11:00", "propose", "handler", {"cause": "密封条老化", "measures": "更换密封条"})
    assert "请您审签" in case.news()["engineering"].text


async def test_a_question_to_the_complainant_and_one_to_the_lawyers_carry_their_words(case: Case) -> None:
    await case.act("2026-11-23T09:20", "assess", "csd", admissible=True)
    await case.act("2026-11-23T09:40", "dispatch", "csd", unit="engineering")
    case.news()
    await case.act("2026-11-23T10:00", "ask", "csd", {"question": "哪一扇窗?"})
    assert "请您答复以下问题:\n\n  哪一扇窗?" in case.news()["someone"].text
    await case.act("2026-11-23T11:00", "refer", "csd", {"question": "保修期内吗?"}, to="legal")
    asked = case.news()["legal"]
    assert "保修期内吗?" in asked.text
    assert "前回复投诉受理部门" in asked.text
    await case.act("2026-11-23T14:00", "instruct", "leader", {"instruction": "优先处理"})
    assert all("优先处理" in letter.text for letter in case.news().values())


async def test_an_overdue_sheet_is_chased_and_climbs(case: Case) -> None:
    case.news()
    await case.wait("2026-11-23T14:30")
    subjects = {letter.subject.partition(" ")[2] for letter in case.box.letters()}
    assert "催办单:转办已逾期" in subjects
    await case.wait("2026-11-26T18:01")
    climbed = [letter for letter in case.box.letters() if letter.subject.endswith("升级上报")]
    assert climbed
    assert "有一项仍未完成:转办。该项应于北京时间2026年11月23日(星期一)" in climbed[0].text
