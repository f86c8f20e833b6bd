"""The first pages that anybody sees."""

from __future__ import annotations

import pytest

from templates.languages import LANGUAGES
from tests.browser.office import Office, barriers


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/file?procedure=property-developer", "/track", "/sign-in"])
def test_the_first_pages_have_no_barrier_in_either_language_on_a_telephone(
    office: Office, path: str, language: str
) -> None:
    page = office.telephone(language)
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == language
    assert barriers(page) == []
