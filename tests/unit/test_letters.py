"""Letters: complete in both languages, plain, and without personal data in their subjects."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import product

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from complaints.vocabulary import ACTIONS, COMMON_ROLES, HAPPENINGS, OUTCOMES, STAGES
from templates.catalogues import LOCALES, catalogue
from templates.engine import ROOT
from templates.languages import LANGUAGES, language_of
from templates.letters import LETTERS, LetterFacts, write

# 24 November 2026, 18:00 in China, a Tuesday.
EVENING = int(datetime(2026, 11, 24, 10, 0, tzinfo=UTC).timestamp())
DAY = 86400
NAME = "Somebody Anybody"
STORY = "Water <b>& mould</b> behind 100 % of the tiles"
TEXTS = (
    "instruction", "reason", "requirements", "message", "question", "reply", "apology", "correction", "explanation",
)  # fmt: skip

FACTS = LetterFacts(
    number="20261122-0007", language="en", zone="Asia/Shanghai", role="leader", at=EVENING - 2 * DAY,
    now=EVENING - DAY, received=EVENING - 3 * DAY, institution="Example Homes", desk="Complaints desk", name=NAME,
    purpose="a decision is asked", step="Leader's decision", whom="the leader", due=EVENING, deemed=EVENING + DAY,
    link="https://example.org/approvals/token", page="https://example.org/cases/20261122-0007",
    texts={name: f"{STORY} ({name})" for name in TEXTS}, rows=(("What happened", STORY),),
    dates=(("Contact complainant", "Tue 24 Nov 18:00"),), outcome="Resolved",
)  # fmt: skip
BARE = LetterFacts(
    number="20261122-0007", language="en", zone="Asia/Shanghai", role="csd", at=EVENING, now=EVENING, received=EVENING
)
REQUIRED = {
    "acknowledgement", "information_report", "handling_sheet", "reminder", "chaser", "approval_request", "decision",
    "deemed_approval", "escalation", "reply", "revisit_question", "overdue_inquiry", "outcome", "progress",
    "instruction", "task", "legal_request", "notice",
}  # fmt: skip


def extracted() -> set[str]:
    found = extract_from_dir(
        ROOT / "mail", [("**.txt", "jinja2"), ("**.html", "jinja2")], {"**": {"trimmed": "true", "silent": "false"}}
    )
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


class Outline(HTMLParser):
    """Which tags stand open, and what the page would fetch from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [name for name, _ in attrs if name in ("src", "srcset", "background")]
        if tag in ("link", "script", "img", "style"):
            self.fetched.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_letter_of_the_house_exists() -> None:
    assert set(LETTERS) == REQUIRED


def test_no_sentence_of_a_letter_is_left_untranslated_in_chinese() -> None:
    texts = extracted()
    assert len(texts) > 60
    assert {text for text in texts if not catalogue("zh-CN").knows(text)} == set()


def test_no_catalogue_keeps_two_translations_of_one_sentence() -> None:
    for locale in LOCALES.iterdir():
        seen: dict[tuple[str, str], str] = {}
        for path in sorted(locale.glob("*.po")):
            with path.open("rb") as file:
                for message in read_po(file, abort_invalid=True):
                    if message.id and message.string:
                        key = (message.context or "", str(message.id))
                        assert seen.setdefault(key, str(message.string)) == str(message.string), (path, key)


def test_a_translation_says_the_same_things_as_its_sentence() -> None:
    for text in extracted():
        names = set(re.findall(r"%\((\w+)\)s", text))
        assert set(re.findall(r"%\((\w+)\)s", catalogue("zh-CN").gettext(text))) == names, text


@pytest.mark.parametrize(("letter", "language"), list(product(sorted(REQUIRED), LANGUAGES)))
@pytest.mark.parametrize("role", ["leader", "responsible", "csd", "complainant"])
def test_every_letter_can_be_written_with_all_facts_and_with_none(letter: str, language: str, role: str) -> None:
    for facts in (FACTS, BARE):
        for cause in ("approved", "returned", "revoked", "declined", "appointed", "proposed", "reopened"):
            written = write(letter, replace(facts, language=language, role=role, cause=cause))
            assert written.text.strip()
            outline = Outline()
            outline.feed(written.html)
            assert outline.open == []
            assert outline.fetched == []
            assert f'lang="{language}"' in written.html
            assert "\n\n\n" not in written.text
            assert "None" not in written.text


@pytest.mark.parametrize(("letter", "language"), list(product(sorted(REQUIRED), LANGUAGES)))
def test_a_subject_carries_number_and_purpose_and_nothing_of_the_people_or_the_complaint(
    letter: str, language: str
) -> None:
    subject = write(letter, replace(FACTS, language=language)).subject
    assert subject.startswith("20261122-0007 ")
    assert len(subject) > len("20261122-0007 ") + 3
    assert NAME not in subject
    assert "mould" not in subject
    assert "\n" not in subject


def test_what_people_wrote_cannot_bring_markup_into_a_letter() -> None:
    html = write("reply", FACTS).html
    assert "<b>" not in html
    assert "Water &lt;b&gt;&amp; mould&lt;/b&gt; behind 100 % of the tiles" in html
    assert STORY in write("reply", FACTS).text


def test_dates_carry_weekday_and_time_zone_in_english() -> None:
    text = write("approval_request", FACTS).text
    assert "Please decide by 18:00 on Tuesday 24 November 2026 (China time):" in text
    assert "count as approved at 18:00 on Wednesday 25 November 2026 (China time)" in text


def test_dates_carry_weekday_and_time_zone_in_chinese() -> None:
    text = write("approval_request", replace(FACTS, language="zh-CN")).text
    assert "请您在北京时间2026年11月24日(星期二)18:00前作出批示" in text
    assert "将于北京时间2026年11月25日(星期三)18:00视同批准" in text


def test_an_approval_request_says_what_is_asked_until_when_what_silence_means_and_then_the_sheet() -> None:
    text = write("approval_request", FACTS).text
    places = [text.index(part) for part in ("await your decision", "Please decide by", "If nothing is said", STORY)]
    assert places == sorted(places)
    assert FACTS.link in text


def test_a_second_round_is_called_one() -> None:
    assert "round 2" in write("approval_request", replace(FACTS, round=2)).text


def test_where_silence_is_no_approval_the_letter_says_so() -> None:
    text = write("approval_request", replace(FACTS, deemed=None)).text
    assert "Silence does not count as approval" in text


def test_a_deemed_approval_is_told_to_the_leader_and_to_the_responsible_head_in_two_tones() -> None:
    leader = write("deemed_approval", FACTS).text
    head = write("deemed_approval", replace(FACTS, role="responsible")).text
    assert "You can still revoke" in leader
    assert "full authority" not in leader
    assert "You have full authority" in head
    assert "revoke" not in head


def test_a_returned_sheet_is_never_told_as_an_approval() -> None:
    text = write("decision", replace(FACTS, cause="returned", role="responsible")).text
    assert "returned for rework" in text
    assert "approved" not in text


def test_requirements_stand_in_the_decision() -> None:
    assert TEXTS[2] in write("decision", replace(FACTS, cause="approved", role="responsible")).text


def test_a_reminder_after_the_limit_does_not_ask_for_the_past() -> None:
    text = write("reminder", replace(FACTS, due=FACTS.now - 60)).text
    assert "It was due at" in text
    assert "Please do it by" not in text


def test_a_complainant_is_told_whom_to_ask() -> None:
    text = write("acknowledgement", replace(FACTS, language="zh-CN", to_complainant=True, desk="投诉受理部门")).text
    assert text.startswith("尊敬的")
    assert "如有疑问,请联系投诉受理部门" in text
    assert "悉知" not in text


def test_a_letter_that_the_house_does_not_know_still_tells_that_something_happened() -> None:
    assert write("something_new", FACTS).subject == "20261122-0007 News of a case: a decision is asked"


@pytest.mark.parametrize(
    ("wishes", "language"),
    [(("zh",), "zh-CN"), (("zh_Hans_CN",), "zh-CN"), (("en-GB",), "en"), (("fr", "en"), "en"), (("fr",), "zh-CN")],
)
def test_people_are_written_to_in_their_language_or_the_next_best(wishes: tuple[str, ...], language: str) -> None:
    assert language_of(*wishes) == language


def test_no_word_of_the_vocabulary_lacks_a_label() -> None:
    for language in LANGUAGES:
        words = catalogue(language)
        wanted = (
            [("stage", i) for i in STAGES] + [("outcome", i) for i in OUTCOMES] + [("role", i) for i in COMMON_ROLES]
            + [("action", i) for i in ACTIONS] + [("event", a.event) for a in ACTIONS.values()]
            + [("event", i) for i in HAPPENINGS if i != "facts"] + [("letter", i) for i in LETTERS]
        )  # fmt: skip
        assert [w for w in wanted if not words.knows(w[1], w[0])] == []
