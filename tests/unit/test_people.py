"""Who stands in for whom."""

from __future__ import annotations

from complaints.people import Directory, roles_of

AWAY = {"since": "2026-11-01T00:00:00+08:00", "until": "2026-12-01T00:00:00+08:00"}


def test_two_who_stand_in_for_each_other_and_are_both_away_act_in_both_roles() -> None:
    people = [
        {"id": "one", "name": "One", "roles": ["csd"], "deputy": "other"},
        {"id": "other", "name": "Other", "roles": ["leader"], "deputy": "one"},
    ]
    absences = [{"person": person, **AWAY} for person in ("one", "other")]
    directory = Directory.model_validate({"units": [], "people": people, "absences": absences})
    assert set(roles_of(directory, "one", unit="", at=1_795_000_000)) == {"csd", "leader"}
    assert set(roles_of(directory, "other", unit="", at=1_795_000_000)) == {"csd", "leader"}
