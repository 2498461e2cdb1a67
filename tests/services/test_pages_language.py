"""Without script, the language of a half-filled form changes and everything typed stays; nothing is decided or sent."""

from __future__ import annotations

import pytest

from tests.services.walking import Browse, Parent

pytestmark = pytest.mark.usefixtures("demonstration")
NAMED = "Lê Nguyễn"


def test_a_draft_is_saved_as_it_stands_and_shown_in_english(browse: Browse) -> None:
    mother = Parent(browse().as_person("mother"))
    page = mother.fetch().text
    assert f'formaction="{mother.draft}/answers?lang=en"' in page
    typed = {"child.full_name": NAMED, "then": "language"}
    page = mother.browser.post(f"{mother.draft}/answers?lang=en", seen_on=mother.draft, **typed).text
    assert '<html lang="en">' in page
    assert f'value="{NAMED}"' in page
    assert 'role="alert"' not in page


def test_a_decision_being_written_is_shown_in_english_and_not_taken(browse: Browse) -> None:
    code = Parent(browse().as_person("mother")).filed()
    officer = browse().as_person("commune-officer")
    page = officer.get(f"/desk/{code}").text
    action = page.split('formaction="', 1)[1].split('"', 1)[0]
    typed = {"verdict": "supplement", "reasons-supplement": "S01", "note": "Xin xem lại", "then": "language"}
    page = officer.post(action, seen_on=f"/desk/{code}", **typed).text
    assert '<html lang="en">' in page
    assert ">Xin xem lại</textarea>" in page
    assert 'value="S01" id="reasons-supplement" checked' in page
    assert f'formaction="{action.replace("lang=en", "lang=vi")}"' in page
    page = officer.get(f"/desk/{code}?lang=en").text
    assert "formaction" in page, "still to be decided"
    assert '<span lang="vi">Lê Quốc Huy</span>' in page, "names and words of people are read out as Vietnamese"
