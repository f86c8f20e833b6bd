"""The one template environment of each language: HTML escapes itself, an unknown name is an error."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from templates import dates
from templates.catalogues import catalogue
from templates.languages import pick
from templates.limits import limit

ROOT = Path(__file__).parent


@lru_cache
def environment(language: str) -> Environment:
    """Templates of one language: gettext's names, filters `label`, `limit` and those of `templates.dates`."""
    made = Environment(
        loader=FileSystemLoader(ROOT),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        cache_size=200,
    )
    words = catalogue(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]  # comes with the extension
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext
    )
    for name in ("moment", "deadline", "day", "monthday", "short", "stamp", "yearmonth"):
        made.filters[name] = partial(getattr(dates, name), language=language)
    made.filters["limit"] = partial(limit, language=language)
    made.filters["label"] = partial(pick, language=language)
    made.globals["word"] = partial(word, language=language)
    made.globals["zone_name"] = partial(dates.zone_name, language=language)
    made.globals["language"] = language
    return made


def word(kind: str, value: str, *, language: str) -> str:
    """The house's label of a stage, clock, action, event, outcome, role, severity …; the id itself when it has none."""
    return catalogue(language).pgettext(kind, value)


def page(name: str, language: str, **context: Any) -> str:
    """A page of `templates/pages` (for example `track.html`) as HTML."""
    return environment(language).get_template(f"pages/{name}").render(**context)


def warm(language: str) -> None:
    """Compile every page now, so that nobody's first one waits for it."""
    made = environment(language)
    for name in made.list_templates(extensions=["html"]):
        if name.startswith("pages/"):
            made.get_template(name)


def paper(name: str, language: str, **context: Any) -> str:
    """A printable of `templates/forms` (for example `register.html`) as HTML."""
    return environment(language).get_template(f"forms/{name}").render(**context)
