"""Papers: what the procedure names, for those who may read, the same in file and record."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from complaints.case import Actor
from complaints.case.model import Message
from complaints.papers import STANDARD, listing
from complaints.procedure.load import load_procedure
from records.attachments import told
from records.bundles import check_bundle
from records.sealing import seal
from records.values import StoredFile
from tests.api.test_cases import under_way
from tests.support import uploads
from tests.support.door import Door

COMPLAINANT = "Example Person"
PROCEDURES = Path(__file__).parents[2] / "procedures"
ROLES = {"csd": True, "leader": False}


async def test_every_paper_of_a_case_can_be_printed_in_both_languages(door: Door) -> None:
    number = await under_way(door)
    desk = door.bearer("csd-1")
    listed = await door.client.get(f"/cases/{number}/forms", headers=desk)
    case = await door.the.records.case(number=number)
    for form in {*STANDARD, *case.rules.procedure.forms}:
        assert f"/cases/{number}/print/{form}" in listed.text
        for language in ("zh-CN", "en"):
            page = await door.client.get(f"/cases/{number}/print/{form}", params={"lang": language}, headers=desk)
            assert page.status_code == 200, form
            assert number in page.text and f'lang="{language}"' in page.text


async def test_the_handling_sheet_has_the_columns_of_the_procedure_in_their_order(door: Door) -> None:
    number = await under_way(door)
    page = await door.client.get(
        f"/cases/{number}/print/handling_sheet", params={"lang": "en"}, headers=door.bearer("csd-1")
    )
    case = await door.the.records.case(number=number)
    labels = [label["en"] for label in case.rules.procedure.forms["handling_sheet"].columns.values()]
    places = [page.text.index(f'<th scope="row">{label.replace(chr(39), "&#39;")}</th>') for label in labels]
    assert places == sorted(places)
    assert "Rain comes in at the window." in page.text


async def test_papers_are_for_the_people_of_the_institution_who_may_read_the_case(door: Door) -> None:
    number = await under_way(door)
    for path in ("forms", "print/handling_sheet", "dossier", "dossier.zip"):
        assert (await door.client.get(f"/cases/{number}/{path}")).status_code == 303
        stranger = door.bearer("lf-rec", procedure="law-firm")
        assert (await door.client.get(f"/cases/{number}/{path}", headers=stranger)).status_code == 403
        operator = door.bearer("op-1", "operator", procedure="")
        assert (await door.client.get(f"/cases/{number}/{path}", headers=operator)).status_code == 403
    unknown = await door.client.get(f"/cases/{number}/print/nonsense", headers=door.bearer("csd-1"))
    assert unknown.status_code == 404
    for path in ("/register", "/register/print", "/register.xlsx"):
        assert (await door.client.get(path)).status_code == 303
        assert (await door.client.get(path, headers=door.bearer("op-1", "operator", procedure=""))).status_code == 403


async def test_who_is_complained_about_reads_no_paper_and_no_line_of_the_register(door: Door) -> None:
    number = await door.filed(subject="eng-1")
    about = door.bearer("eng-1")
    assert (await door.client.get(f"/cases/{number}/print/register", headers=about)).status_code == 403
    page = await door.client.get("/register/print", params={"lang": "en"}, headers=about)
    assert number in page.text and "not for you to read" in page.text
    assert COMPLAINANT not in page.text and "Rain comes in" not in page.text


async def test_a_confidential_case_names_its_complainant_to_its_handlers_only(door: Door) -> None:
    house = "estate-reception"
    number = await door.filed(procedure=house, category="", place="3-1202")
    holders = {role: next(p.id for p in door.the.directories.of(house).people if role in p.roles) for role in ROLES}
    for path in (f"/cases/{number}/print/register", "/register/print", f"/api/complaints/{number}/forms/register"):
        for role, named in ROLES.items():
            page = await door.client.get(path, headers=door.bearer(holders[role], procedure=house))
            assert page.status_code == 200, page.text
            assert (COMPLAINANT in page.text) is named, (path, role)
            assert "Rain comes in at the window." in page.text


async def test_the_register_shows_what_came_in_on_the_days_asked_for(door: Door) -> None:
    door.clock("2026-11-24T09:00")
    number = await door.filed()
    desk = door.bearer("csd-1")
    days = {"from": "2026-11-24", "to": "2026-11-24", "lang": "en"}
    page = await door.client.get("/register/print", params=days, headers=desk)
    assert number in page.text and "Rain comes in at the window." in page.text and COMPLAINANT in page.text
    before = await door.client.get(
        "/register/print", params=days | {"to": "2026-11-23", "from": "2026-11-01"}, headers=desk
    )
    assert number not in before.text and "Nothing came in on these days." in before.text
    wrong = await door.client.get("/register", params={"from": "2026-11-24", "to": "2026-11-01"}, headers=desk)
    assert wrong.status_code == 422 and 'role="alert"' in wrong.text
    assert (await door.client.get("/register/print", params={"from": "x", "to": "y"}, headers=desk)).status_code == 422


async def test_the_register_as_a_spreadsheet_keeps_words_as_words(door: Door) -> None:
    number = await door.filed(about="=1+1")
    answer = await door.client.get("/register.xlsx", headers=door.bearer("csd-1"))
    assert answer.status_code == 200 and answer.headers["content-disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert number in words and "=1+1" in words and "<f>" not in cells
    assert 'paperSize="9"' in cells and 'orientation="landscape"' in cells


async def test_the_dossier_tells_all_of_the_case_and_its_file_proves_itself(door: Door, tmp_path: Path) -> None:
    number = await under_way(door)
    desk = door.bearer("csd-1")
    page = await door.client.get(f"/cases/{number}/dossier", params={"lang": "en"}, headers=desk)
    case = await door.the.records.case(number=number)
    for words in (case.state.head, "Propose measures", "GT-06", "Rain comes in at the window.", "proved unbroken"):
        assert words in page.text
    answer = await door.client.get(f"/cases/{number}/dossier.zip", headers=desk)
    file = tmp_path / "dossier.zip"
    file.write_bytes(answer.content)
    assert check_bundle(file) == []
    with zipfile.ZipFile(file) as bundle:
        assert {"dossier.html", "dossier.json", "style.css", "SHA256SUMS"} <= set(bundle.namelist())
        assert "/script.js" not in bundle.read("dossier.html").decode()


@pytest.mark.parametrize(
    ("what", "code"), [("changed", "file_changed"), ("added", "file_added"), ("left out", "file_missing")]
)
async def test_a_dossier_that_was_tampered_with_is_found_out(door: Door, tmp_path: Path, what: str, code: str) -> None:
    number = await door.filed()
    answer = await door.client.get(f"/cases/{number}/dossier.zip", headers=door.bearer("csd-1"))
    file = tmp_path / "dossier.zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as given, zipfile.ZipFile(file, "w") as other:
        for name in given.namelist():
            if not (what == "left out" and name == "style.css"):
                other.writestr(name, given.read(name) + (b" " if what == "changed" and name == "style.css" else b""))
        if what == "added":
            other.writestr("more.txt", b"")
    assert [problem.code for problem in check_bundle(file)] == [code]


async def test_a_dossier_carries_the_files_and_misses_one_taken_out(door: Door, tmp_path: Path) -> None:
    number = await door.filed()
    case = await door.the.records.case(number=number)
    ident, size, digest = door.the.files.put(io.BytesIO(uploads.png()))
    photo = StoredFile(ident, "窗.png", "image/png", size, digest)
    sealed, by = seal(told([photo])), Actor("csd-1", ("csd",))
    content = await door.the.records.attachments.add(case.case_id, sealed, [photo], by.person, "k")
    await door.take(number, Message("attach", door.the.now(), by, {}, content, "k"))
    answer = await door.client.get(f"/cases/{number}/dossier.zip", headers=door.bearer("csd-1"))
    whole, less = tmp_path / "whole.zip", tmp_path / "less.zip"
    whole.write_bytes(answer.content)
    assert check_bundle(whole) == []
    member = "attachments/01-窗.png"
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(less, "w") as other:
        assert given.read(member) == uploads.png()
        assert photo.sha256 in given.read("dossier.html").decode()
        for name in given.namelist():
            kept = given.read(name).decode() if name == "SHA256SUMS" else ""
            if name != member:
                sums = "".join(line for line in kept.splitlines(True) if member not in line)
                other.writestr(name, sums or given.read(name))
    assert [problem.code for problem in check_bundle(less)] == ["attachment_missing"]


async def test_the_statistics_of_a_month_are_printed_for_managers_and_whom_the_procedure_names(door: Door) -> None:
    door.clock("2026-11-24T09:00")
    await door.filed()
    for language, words in (("zh-CN", "2026年11月"), ("en", "November 2026")):
        params = {"at": "2026-11", "lang": language}
        page = await door.client.get("/statistics/print", params=params, headers=door.bearer("csd-1", "csd"))
        assert page.status_code == 200, page.text
        assert words in page.text and ">1</td>" in page.text and "GT-15" in page.text
        assert "at=2026-10-01" in page.text and "at=2026-12-01" not in page.text
    refused = await door.client.get("/statistics/print", headers=door.bearer("eng-1"))
    assert refused.status_code == 403
    wrong = await door.client.get(
        "/statistics/print", params={"at": "November"}, headers=door.bearer("gm-1", "manager")
    )
    assert wrong.status_code == 422


CLAIM = {
    "procedure": "quality-claims", "channel": "telephone", "category": "goods", "about": "streaks", "loss": "some",
    "order_no": "PO-1", "item_no": "F-7", "shipped_on": "2026-09-21", "quantity": 5000, "defective_quantity": 800,
    "demand": "allowance", "return_state": "undetermined", "market": "domestic", "samples": "two metres",
    "sales_comment": "streaks seen",
}  # fmt: skip


@pytest.mark.parametrize(
    ("procedure", "report", "form"),
    [
        ("quality-claims", "closed_cases", "statistics"),
        ("quality-claims", "collection_bonus", "statistics"),
        ("city-estate", "summary", "summary"),
        ("hotel", "weekly", "analysis"),
        ("logistics", "monthly", "analysis"),
        ("telecom-network", "sites", "site_list"),
        ("law-firm", "yearly", "ledger"),
        ("property-developer", "monthly", ""),
        ("telecom-network", "monthly", ""),
    ],
)
def test_a_report_lists_its_cases_where_the_procedure_has_a_paper_for_them(
    procedure: str, report: str, form: str
) -> None:
    rules = load_procedure(PROCEDURES / f"{procedure}.yaml")
    assert listing(rules, next(one for one in rules.reports if one.id == report)) == form


async def test_closed_cases_are_printed_line_by_line_with_the_shares_of_their_units(door: Door) -> None:
    """Freight: each closed case by kind and outcome; of the open one nothing is told."""
    door.clock("2026-11-02T09:00")
    freight = {"procedure": "logistics", "channel": "telephone", "category": "rudeness", "object": "waybill 77"}
    closed, still = await door.filed(**freight), await door.filed(**freight)
    await door.happens(closed, "withdraw", "lg-desk", ("csd",))
    sent = {"lang": "en", "report": "monthly", "at": "2026-11-15"}
    page = await door.client.get(
        "/statistics/print", params=sent, headers=door.bearer("lg-desk", "csd", procedure="logistics")
    )
    assert page.status_code == 200, page.text
    assert f"<td>{closed}</td>" in page.text and still not in page.text
    assert "<td>Withdrawn</td>" in page.text


async def test_closed_claims_are_listed_with_the_shares_of_their_departments(door: Door) -> None:
    door.clock("2026-11-02T09:00")
    closed, still = await door.filed(**CLAIM), await door.filed(**CLAIM)
    await door.happens(closed, "withdraw", "qc-desk", ("csd",))
    sent = {"lang": "en", "report": "closed_cases", "at": "2026-11"}
    office = door.bearer("qc-office", "gm_office", procedure="quality-claims")
    page = await door.client.get("/statistics/print", params=sent, headers=office)
    assert page.status_code == 200, page.text
    for words in (closed, "Countermeasure", "Receivable held up", "Shares of responsibility", "QC-13", "100%"):
        assert words in page.text, words
    assert still not in page.text
    refused = await door.client.get("/statistics/print", params=sent | {"report": "collection_bonus"}, headers=office)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("procedure", "report", "at", "words"),
    [
        ("membership", "weekly", "2026-11-18", ("Mon 16 Nov – Sun 22 Nov 2026", "at=2026-11-09", "at=2026-11-23")),
        ("fire-hazard", "quarterly", "2026-11-18", ("4th quarter 2026", "at=2026-07-01", "")),
        ("law-firm", "yearly", "2025-11-18", ("2025", "at=2024-01-01", "at=2026-01-01")),
        ("public-opinion", "daily", "2026-11-18", ("Wed 18 Nov 2026", "at=2026-11-17", "at=2026-11-19")),
    ],
)
async def test_each_report_is_of_its_own_period(
    door: Door, procedure: str, report: str, at: str, words: tuple[str, ...]
) -> None:
    door.clock("2026-11-24T09:00")
    boss = next(one.id for one in door.the.directories.of(procedure).people if "admin" in one.roles)
    page = await door.client.get(
        "/statistics/print",
        params={"lang": "en", "report": report, "at": at},
        headers=door.bearer(boss, "admin", procedure=procedure),
    )
    assert page.status_code == 200, page.text
    for word in words:
        assert word in page.text
