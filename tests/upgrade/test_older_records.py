"""Records that an older version wrote are brought to this one: nothing is lost, and everything is found."""

from __future__ import annotations

import re
import socket
from collections import Counter
from pathlib import Path

from httpx import ASGITransport, AsyncClient
from sqlalchemy import Connection, text

from api.app import create_app
from records import Records
from records.engine import Database
from records.values import WorkFilter
from runtime.settings import Settings
from tests.support.door import Door
from tests.upgrade.older import Made, filled

NOW = 4_000_000_000


async def test_older_records_come_whole_to_this_version_and_are_listed_found_and_counted(
    older_records: tuple[str, list[Made]], tmp_path: Path
) -> None:
    url, made = older_records
    assert len({one.procedure for one in made}) >= 20 and len({one.closed for one in made}) == 2
    records = Records(url)
    assert await records.migrate() == 0
    assert await records.ready() and await records.verify() == []
    await _nothing_is_lost(records, made)
    await _everything_is_found(records, made)
    await _everything_is_counted(records, made)
    await _everything_is_shown(records, made, tmp_path)
    assert await records.migrate() == 0
    await records.close()


async def _nothing_is_lost(records: Records, made: list[Made]) -> None:
    for one in made:
        dossier = await records.dossier(one.case)
        assert len(dossier.events) == one.events
        assert (dossier.record.number, dossier.record.closed_at is not None) == (one.number, one.closed)
        assert dossier.complainant.name == ("" if one.erased else one.name)
        first = dossier.texts.get(dossier.events[0].content.id) if dossier.events[0].content else None
        assert first == (None if one.erased else one.texts)
        assert len(await records.notices(one.case)) == one.letters
    assert [attempt.code for attempt in await records.attempts(made[0].case)] == ["not_permitted"]
    assert [task.reason for task in await records.open_tasks()] == ["unreachable"]


async def _everything_is_found(records: Records, made: list[Made]) -> None:
    async def found(asked: str) -> set[str]:
        rows = (await records.desk.page(WorkFilter(at=NOW, find=asked, limit=200))).rows
        return {row.row.case_id for row in rows}

    for one in made:
        assert one.case in await found(one.number)
        assert (one.case in await found(one.phone)) is not one.erased
        assert await found(one.name) == (set() if one.erased else {one.case})
        about = re.findall(r"\w+", one.texts.get("about", ""))[:1]
        if about:
            assert (one.case in await found(f"{about[0]} {one.number}")) is not one.erased


async def _everything_is_counted(records: Records, made: list[Made]) -> None:
    still_open = Counter(one.procedure for one in made if not one.closed)
    for procedure, count in still_open.items():
        wanted = WorkFilter(at=NOW, procedures=(procedure,))
        assert sum(stage.cases for stage in await records.counts(wanted)) == count
        listed = (await records.worklist(wanted)).rows
        assert {row.number for row in listed} == {
            one.number for one in made if one.procedure == procedure and not one.closed
        }
    placed = [one for one in made if one.texts.get("place") and not one.closed]
    alike = Counter((one.procedure, one.category, one.texts["place"]) for one in placed)
    confidential = {one.procedure for one in placed if (await records.case(id=one.case)).rules.procedure.confidential}
    assert {kind[0] for kind in alike} - confidential
    for kind, count in alike.items():
        assert await records.similar(*kind) == (0 if kind[0] in confidential else count)


async def _everything_is_shown(records: Records, made: list[Made], home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings = Settings(
            data_dir=home / "data", temporal_port=probe.getsockname()[1], public_url="http://huiyin.test"
        )
    app = create_app(settings, records=records)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://huiyin.test") as client,
    ):
        door = Door(client, app.state.house)
        door.the.now = lambda: NOW
        for procedure in {one.procedure for one in made}:
            own = [one for one in made if one.procedure == procedure]
            directory = door.the.directory(procedure)
            assert directory is not None
            staff = [door.bearer(person.id, procedure=procedure) for person in directory.people]
            for one in own:
                words = one.texts.get("about", "")[:20]
                for head in staff:  # one is recused, another may not read what is confidential: somebody may
                    page = await client.get(f"/cases/{one.number}", headers=head)
                    if page.status_code == 200 and one.number in page.text and words in page.text:
                        assert not one.erased or not words
                        break
                    assert page.status_code < 500
                else:
                    assert one.erased and words
            lines = await records.papers.register(procedure, 0, NOW, limit=200)
            assert [line.record.number for line in lines] == [
                one.number for one in sorted(own, key=lambda one: (one.received_at, one.number))
            ]


async def test_a_case_that_cannot_be_read_holds_up_no_other_and_is_named(older_house: Path, sqlite_empty: str) -> None:
    url = sqlite_empty
    made = filled(older_house, url)

    def spoil(connection: Connection) -> None:
        words = text("UPDATE procedures SET json = '{' WHERE hash = (SELECT procedure_hash FROM cases WHERE id = :id)")
        connection.execute(words, {"id": made[0].case})

    database = Database(url)
    await database.write(spoil)
    await database.close()
    records = Records(url)
    assert await records.migrate() == sum(one.procedure == made[0].procedure for one in made)
    assert await records.ready()
    assert {problem.code for problem in await records.verify()} == {"rules_changed"}
    await records.close()
