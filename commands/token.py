"""`huiyin token`: a bearer token for scripts and for signing in."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import typer

from commands.console import say, show, warn
from complaints.errors import BadInput, HuiyinError
from complaints.people import Directory, resolve
from runtime.directories import Directories
from runtime.keys import keyring
from runtime.settings import Settings
from runtime.tokens import HOUSE_ROLES, LASTS, Tokens


def token(
    role: Annotated[str, typer.Option(help="A role of the procedure; or operator, admin.")],
    procedure: Annotated[str, typer.Option(help="The procedure whose directory names the holder.")] = "",
    unit: Annotated[str, typer.Option(help="The unit whose holder is meant (head, handler).")] = "",
    person: Annotated[str, typer.Option(help="This person instead of the first who holds the role now.")] = "",
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 366, help="How long the token is good.")] = (
        LASTS.total_seconds() / 3600
    ),
    scope: Annotated[Literal["", "read"], typer.Option(help="`read`: a token that looks and changes nothing.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="With person, roles and end, as JSON.")] = False,
) -> None:
    """Print a bearer token of the person who holds a role.

    Exit code 1: nobody holds it, or there is no such procedure.
    """
    settings = Settings()
    now = int(time.time())
    try:
        holder = _holder(settings, role, procedure, unit, person, now)
        tokens = Tokens(keyring(settings.keys_dir, "tokens"))
        made = tokens.issue(holder, (role,), procedure, lasts=timedelta(hours=hours), now=now, scope=scope)
    except HuiyinError as error:
        warn(error.text)
        raise typer.Exit(1) from error
    if not as_json:
        say(made)
        return
    expires = datetime.fromtimestamp(tokens.read(made, now=now).expires, UTC).isoformat()
    show({"token": made, "person": holder, "role": role, "procedure": procedure, "expires": expires})


def _holder(settings: Settings, role: str, procedure: str, unit: str, person: str, now: int) -> str:
    if role in HOUSE_ROLES and not person:
        # Roles of the installation: whoever may run this command may be it, under the role's own name.
        return role
    if not procedure:
        raise BadInput("procedure", f"Whose {role}? Add --procedure; only {', '.join(HOUSE_ROLES)} go without.")
    directory = Directories(settings.procedures_dir).of(procedure)
    if person:
        if directory.person(person) is None:
            raise BadInput("person", f"The directory of {procedure} knows no person {person!r}.")
        return person
    units = [unit] if unit else ["", *(found.id for found in directory.units)]
    for place in units:
        found = resolve(directory, (role,), place, (), now)
        if found is not None:
            return found.person
    raise BadInput("role", f"Nobody holds the role {role!r} at {procedure} now. Held are: {_held(directory)}.")


def _held(directory: Directory) -> str:
    roles = {role for person in directory.people for role in person.roles}
    return ", ".join(sorted(roles | {"responsible"}))
