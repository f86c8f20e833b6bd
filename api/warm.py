"""What the first visitor would wait for, made before somebody comes."""

from __future__ import annotations

import gc
import threading
import time
from contextlib import suppress

from complaints.errors import HuiyinError
from runtime.directories import Directories
from templates import engine
from templates.languages import LANGUAGES


def begin(directories: Directories) -> threading.Thread:
    """Warm up beside the serving, which does not wait for it."""
    thread = threading.Thread(target=warm, args=(directories,), name="warm", daemon=True)
    thread.start()
    return thread


def warm(directories: Directories) -> None:
    """Build this year's working calendars of all procedures and compile the pages of all languages."""
    for ident in directories.ids():
        # What is wrong with one procedure is told where somebody asks for it.
        with suppress(HuiyinError):
            directories.frozen(ident, time.gmtime().tm_year)
    for language in LANGUAGES:
        engine.warm(language)
    # What is loaded by now stays. Walking it took the collector a tenth of a second, which some visitor waited for.
    gc.collect()
    gc.freeze()
