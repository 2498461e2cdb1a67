"""Templates obey the content security policy, and every sentence in them can be said in English."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT, templates

VIETNAMESE = re.compile("[àáảãạăắằẳẵặâấầẩẫậèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵđ]")
NOT_SHOWN = re.compile(
    r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}|<script\b[^>]*>|<!--.*?-->", re.DOTALL
)
OWN_NAMES = ("Liên Thông", "Tiếng Việt")
"""The name of the platform, and of the language in its own words, are the same in every language."""
SHOWING_SAMPLES = {"lienthong/app/templates/app/gallery.html"}
"""The component gallery shows Vietnamese samples: they are pictures of components, not sentences of a service."""


def test_no_style_attribute_no_inline_script_no_handler() -> None:
    wrong: list[str] = []
    for path in templates():
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        for pattern in (
            r"\sstyle\s*=",
            r"<style\b",
            r"\son[a-z]+\s*=\s*[\"']",
            r"javascript:",
            r"<script(?![^>]*\ssrc=)[^>]*>",
        ):
            wrong += [f"{path.relative_to(ROOT)}: {found}" for found in re.findall(pattern, text)]
    assert wrong == []


def test_no_page_asks_another_site_for_anything() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in templates()
        for found in re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*", path.read_text())
    ]
    assert wrong == []


def test_every_vietnamese_sentence_of_a_template_is_marked_for_translation() -> None:
    wrong: list[str] = []
    for path in templates():
        name = path.relative_to(ROOT).as_posix()
        text = re.sub("|".join(OWN_NAMES), "", NOT_SHOWN.sub("", path.read_text()))
        if name not in SHOWING_SAMPLES:
            wrong += [f"{name}: {line.strip()[:90]}" for line in text.splitlines() if VIETNAMESE.search(line.lower())]
    assert wrong == []
