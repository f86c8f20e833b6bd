"""What the reference procedure says beside its stories."""

from __future__ import annotations

from pathlib import Path

from complaints.procedure.load import load_procedure
from tests.support.confidence import HANDLERS, named_to

PROCEDURE = load_procedure(Path(__file__).parents[2] / "procedures" / "property-developer.yaml")


def test_the_desk_reports_all_complaints_to_the_leaders_every_month() -> None:
    (report,) = [r for r in PROCEDURE.reports if r.clause == "GT-15"]
    assert (report.every, report.by, report.to) == ("month", "csd", ("leader", "gm"))


def test_the_three_papers_have_their_columns() -> None:
    assert set(PROCEDURE.forms) == {"register", "information_report", "handling_sheet"}
    assert all(form.columns for form in PROCEDURE.forms.values())


def test_every_case_shows_its_complainant_to_its_handlers_only() -> None:
    assert named_to(PROCEDURE) == HANDLERS & set(PROCEDURE.roles)
