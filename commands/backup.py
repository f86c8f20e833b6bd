"""`huiyin backup` and `huiyin restore`: records, attachments, keys and procedures in one file, and back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands import archive
from commands.console import say, warn
from complaints.errors import HuiyinError
from runtime.settings import Settings

_SERVER = (
    "The records are in PostgreSQL and are NOT in this file: keep them by its own tools (`pg_dump`, or continuous\n"
    "archiving), taken before this file. Attachments, keys and procedures are in it."
)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as huiyin.tar.gz; never one that is there.")],
) -> None:
    """Write records, attachments, keys and procedures into one file; everything may run meanwhile.

    Whoever has the file can read everything: it is readable by its owner alone.

    Exit code 0: done. 2: it was not written.
    """
    try:
        say(_backup(Settings(), file))
    except (HuiyinError, OSError) as error:
        warn(error.text if isinstance(error, HuiyinError) else f"The backup was not written: {error}.")
        raise typer.Exit(2) from error


def restore(
    file: Annotated[Path, typer.Argument(help="What `huiyin backup` wrote.")],
    data_dir: Annotated[Path | None, typer.Option(help="An empty or new directory (HUIYIN_DATA_DIR).")] = None,
) -> None:
    """Bring back what `backup` kept, into an empty data directory only; every checksum is proved first.

    Exit code 0: done. 2: nothing was restored, and why.
    """
    try:
        say(_restore(Settings() if data_dir is None else Settings(data_dir=data_dir), file))
    except (HuiyinError, OSError) as error:
        warn(error.text if isinstance(error, HuiyinError) else f"It was not restored whole: {error}.")
        raise typer.Exit(2) from error


def _backup(settings: Settings, file: Path) -> str:
    # Loaded here, so that the other commands need not wait for the database's library.
    from records import snapshot

    if file.exists():
        raise HuiyinError(f"{file} is there already. Name a new file.")
    records = snapshot.file_of(settings.database_url)
    with tempfile.TemporaryDirectory(prefix=".huiyin-backup-", dir=file.absolute().parent) as room:
        copy = Path(room) / archive.RECORDS
        if records is not None:
            # The records before the files that they name: whatever they name is there by then.
            snapshot.take(records, copy)
        about = {"written_at": datetime.now(UTC).isoformat(timespec="seconds"), "records": records is not None}
        count = archive.write(file, _files(settings, copy), about)
    lines = [f"{count} files are kept in {file}.", "Whoever has it can read everything: keep it where nobody else is."]
    return "\n".join(lines if records is not None else [*lines, _SERVER])


def _files(settings: Settings, records: Path) -> Iterator[tuple[str, Path]]:
    yield archive.RECORDS, records
    for path in sorted(settings.keys_dir.glob("*.keys")):
        yield f"keys/{path.name}", path
    for path in sorted(settings.procedures_dir.glob("*.yaml")):
        yield f"procedures/{path.name}", path
    for path in sorted(settings.attachments_dir.glob("??/*")):
        if path.suffix != ".part":
            yield f"attachments/{path.parent.name}/{path.name}", path


def _restore(settings: Settings, file: Path) -> str:
    from records import snapshot

    records = snapshot.file_of(settings.database_url)
    for place in {settings.data_dir, settings.keys_dir}:
        if place.exists() and any(place.iterdir()):
            raise HuiyinError(f"{place} is not empty. Nothing is restored over what is there: name a new directory.")
    if records is not None and records.exists():
        raise HuiyinError(f"{records} is there already. Nothing is restored over what is there.")
    about = archive.check(file)
    if about["records"] and records is None:
        raise HuiyinError("The file holds SQLite records, but HUIYIN_DATABASE_URL names a server: unset it.")
    places = {
        "keys": settings.keys_dir,
        "attachments": settings.attachments_dir,
        "procedures": settings.data_dir / "procedures",
    }
    if records is not None:
        places[archive.RECORDS] = records
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = archive.extract(file, places)
    if about["records"] and records is not None and not snapshot.whole(records):
        raise HuiyinError(f"The records in {file} were damaged before they were kept. Take an older backup.")
    lines = [
        f"{count} files of {about['written_at']} are back in {settings.data_dir}.",
        f"The procedures are in {places['procedures']}: compare, and set HUIYIN_PROCEDURES_DIR to go by them.",
        "Next: `huiyin migrate`, then `huiyin verify --files`.",
        "Where Temporal's data are not of the same moment: start the system, then `huiyin reconcile`.",
    ]
    return "\n".join(lines if about["records"] else [*lines, _SERVER])
