"""Every action has a form in words, in both languages and under every procedure of the house."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from api.casework.asked import USUAL, fields_of
from api.casework.choices import Choosing
from api.casework.codes import REFUSALS
from api.casework.inputs import Input, inputs
from api.casework.names import Names
from api.casework.story import story
from api.casework.words import ACTIONS as HELP
from complaints.case import Actor, Rules, State, Submission, receive
from complaints.scenario.play import Play
from complaints.vocabulary import ACTIONS
from templates.catalogues import catalogue
from templates.languages import LANGUAGES
from tests.guards.sources import HOUSE
from tests.support.door import Door, at
from tests.support.stories import SCENARIOS, story_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_action_has_a_form_an_explanation_and_a_name_in_both_languages() -> None:
    assert set(USUAL) == set(HELP) == set(ACTIONS)
    for language in LANGUAGES:
        assert [name for name in ACTIONS if not catalogue(language).knows(name, "action")] == []


def test_every_refusal_of_the_core_has_words_of_its_own() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (HOUSE / "complaints").rglob("*.py"))
    assert sorted(set(re.findall(r'Refused\(\s*"([a-z_]+)"', code)) - set(REFUSALS)) == []


def of_all_stages(rules: Rules) -> list[tuple[State, str]]:
    """A new case, and the same at every opinion step and approval of the procedure, with that step."""
    given = Submission("c", "1", at("2026-11-23T10:00"), at("2026-11-23T10:00"), {}, None, Actor(""), {}, "k")
    new = receive(rules, given).state
    found = [(new, "")]
    for path in rules.procedure.paths:
        for entry in path.stages:
            there = replace(new, path=path.id, entry=entry.id, stage=entry.stage)
            found += [(replace(there, steps=(step.id,)), step.id) for step in entry.steps]
    return found


def is_word(label: str, language: str) -> bool:
    return bool(CHINESE.search(label)) if language == "zh-CN" else "_" not in label


def shown(names: Names, state: State, step: str, action: str) -> list[Input]:
    roles = (*names.rules.procedure.roles, "csd")
    actor = Actor("p", roles)
    fields = fields_of(names.rules, state, action, actor, step)
    return inputs(Choosing(names, state, actor, action, []), fields, None, {})


async def test_no_form_of_any_procedure_shows_a_raw_id(door: Door) -> None:
    raw: set[tuple[str, ...]] = set()
    for ident in door.the.directories.ids():
        rules, _ = await door.the.rules(door.the.procedure(ident), 2026)
        states = of_all_stages(rules)
        for names in (Names(door.the, ident, rules, language) for language in LANGUAGES):
            for rule in rules.clocks:
                name = names.clock(rule.clock.id)
                if not is_word(name, names.language) or name == rule.clock.id:
                    raw.add((ident, "clock", rule.clock.id, name))
            each = [(a, s, step) for a in ACTIONS for s, step in (states if a == "opine" else states[:1])]
            for action, state, step in each:
                for one in shown(names, state, step, action):
                    if one.label == one.name or not is_word(one.label, names.language):
                        raw.add((ident, action, one.name, one.label))
                    raw |= {
                        (ident, action, one.name, v) for v, label in one.options if v == label and one.name != "limit"
                    }
    assert raw == set()


async def test_every_field_that_a_procedure_asks_for_is_on_its_form(door: Door) -> None:
    lacking: set[tuple[Any, ...]] = set()
    for ident in door.the.directories.ids():
        rules, _ = await door.the.rules(door.the.procedure(ident), 2026)
        names = Names(door.the, ident, rules, "en")
        new, steps = of_all_stages(rules)[0][0], of_all_stages(rules)[1:]
        for action, rule in rules.actions.items():
            on_form = {one.name for one in shown(names, new, "", action)}
            lacking |= {(ident, action, name) for name in rule.requires if name not in (*on_form, "step")}
        for state, step in steps:
            entry = rules.entry(state.path, state.entry)[2]
            asked = next(one.fields for one in entry.steps if one.id == step)
            on_form = {one.name for one in shown(names, state, step, "opine")}
            lacking |= {(ident, step, name) for name in asked if name not in on_form}
    # Choices that only a case under way has.
    assert {one for one in lacking if one[1] not in ("explain", "extend", "correct", "pause")} == set()


async def test_no_line_of_a_timeline_shows_a_raw_id(door: Door) -> None:
    raw: set[tuple[str, ...]] = set()
    for folder in sorted({path.parent for path in SCENARIOS}):
        told = story_of(sorted(folder.glob("*.yaml"))[0])
        events = Play(told).run().events
        names = Names(door.the, told.rules.procedure.id, told.rules, "zh-CN")
        for entry in story(names, events, {}, [], [], [], []):
            labels = [entry.what, *(label for label, _ in entry.details)]
            raw |= {(folder.name, entry.what, label) for label in labels if not is_word(label, "zh-CN")}
    assert raw == set()
