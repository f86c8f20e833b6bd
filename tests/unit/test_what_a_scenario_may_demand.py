"""What a scenario may demand besides what happens: fields that must be given, events that may not come."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.scenario.story import tell
from tests.scenarios.files import PROCEDURES, told

STORY = """\
procedure: property-developer
name: the complaint is acknowledged at once
complaint: {{received_at: 2026-11-02T09:00, channel: telephone, about: window leaks, place: 3-1-402}}
{}
until: 2026-11-02T10:00
expect:
- {{event: acknowledged}}
"""


def failures(folder: Path, demand: str) -> list[str]:
    file = folder / "demand.yaml"
    file.write_text(STORY.format(demand), encoding="utf-8")
    return told(tell(file, PROCEDURES)).failures


def test_a_field_that_must_be_given_is_needed(tmp_path: Path) -> None:
    assert failures(tmp_path, "needs: [about]") == []


def test_a_field_that_may_be_left_out_is_not_needed(tmp_path: Path) -> None:
    assert failures(tmp_path, "needs: [about, place]") == ["the complaint was taken without place"]


@pytest.mark.parametrize("never", ["closed", "{event: notified, letter: reply}", "{event: notified, role: gm}"])
def test_an_event_that_never_happened_is_no_failure(tmp_path: Path, never: str) -> None:
    assert failures(tmp_path, f"never: [{never}]") == []


@pytest.mark.parametrize("never", ["acknowledged", "{event: notified, letter: information_report, role: leader}"])
def test_an_event_that_must_never_happen_fails_the_scenario(tmp_path: Path, never: str) -> None:
    (failure,) = failures(tmp_path, f"never: [{never}]")
    assert "must never happen, but did at 2026-11-02T09:00:00+08:00" in failure
