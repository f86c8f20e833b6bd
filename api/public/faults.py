"""What is wrong with a form, in plain words of the reader's language."""

from __future__ import annotations

from api.pages import translate
from complaints.errors import BadFile, BadInput, KeyReused


def _(text: str) -> str:
    return text


_FILES = {
    "file_missing": _("Please choose a file first."),
    "file_empty": _("“%(file)s” is empty. Please choose it once more, or leave it out."),
    "file_too_large": _("“%(file)s” is larger than 10 MB. Please choose a smaller one."),
    "file_kind": _("“%(file)s” is of a kind that we cannot take. Please send a photo, a PDF, a text, sound or a film."),
    "files_too_many": _("A complaint can hold 10 files. Please choose the most important ones."),
    "files_too_large": _("All files of a complaint together can hold 40 MB. Please choose fewer or smaller ones."),
}


def words_of(fault: BadInput, chosen: str) -> str:
    """One sentence that says what is wrong and what to do."""
    if isinstance(fault, BadFile):
        return translate(chosen, _FILES[fault.code], file=fault.file)
    if isinstance(fault, KeyReused):
        return translate(chosen, "This page was sent before with other words. Send it once more if both are meant.")
    if fault.field == "complainant":
        return translate(chosen, "Please leave a telephone number or a mail address, so that we can answer.")
    if fault.field == "complainant.anonymous":
        return translate(chosen, "Complaints here need a name. Please give yours.")
    if fault.field == "":
        return fault.text
    return translate(chosen, "Something is missing or wrong. Please try once more.")
