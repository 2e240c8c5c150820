"""Every sentence of ours exists in French, and every French sentence is said somewhere."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from bridge.cli.main import build
from bridge.cli.terminal.translated import paragraphs, things
from config.texts import catalog_path, languages, texts

ROOT = Path(__file__).parents[3]
KEYWORDS: Any = {
    **dict.fromkeys(("gettext", "_", "mark", "sentence", "wrong")),
    **dict.fromkeys(("ngettext", "marks"), (1, 2)),
}
GENDERED: Any = {"gendered": None, "gendereds": (1, 2)}
GENDERS = {"fr": ("masculine", "feminine")}
"""What a sentence agrees with, in each language, where it is about a noun."""
TRANSLATED = sorted(languages() - {"en"})


def said(language: str) -> Iterator[tuple[str, ...]]:
    """Every sentence in the code, by the context and the names under which it is asked for in *language*."""
    for package in ("config", "bots", "bridge"):
        for path in (ROOT / package).rglob("*.py"):
            yield from (("", *message) for message in _messages(path, KEYWORDS))
            yield from ((gender, *message) for message in _messages(path, GENDERED) for gender in GENDERS[language])


def _messages(path: Path, keywords: Any) -> Iterator[tuple[str, ...]]:
    for _, message, _, _ in extract("python", io.BytesIO(path.read_bytes()), keywords=keywords):
        yield (message,) if isinstance(message, str) else tuple(message)


def of_the_command_line() -> Iterator[tuple[str, ...]]:
    """The help of every command and option: docstrings and ``help=``, a paragraph each."""
    for thing in things(typer.main.get_command(build())):
        yield from (("", text) for text in paragraphs(thing.help or "") if text)


def written(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    with catalog_path(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    return {(each.context or "", *_forms(each.id)): _forms(each.string) for each in catalog if each.id}


def _forms(raw: Any) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw)


def _fields(sentence: str) -> set[str]:
    """The fields that a sentence needs: its kind's noun stands in any form in any of them (bots/items/speech)."""
    return set(re.findall(r"\{(\w+)[^}]*\}", sentence)) - {"noun", "nouns", "Noun", "the", "The"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_every_translation_is_used(language: str) -> None:
    assert {*said(language), *of_the_command_line()} == set(written(language))
    assert all(all(forms) for forms in written(language).values())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_fields_of_its_sentence(language: str) -> None:
    for source, forms in written(language).items():
        for form in forms:
            assert _fields(form) == _fields(source[1]), source


def of_the_pages() -> Iterator[str]:
    """The French sentences of the pages for people outside."""
    for script in ("words.js", "box/saying.js"):
        french = (ROOT / "bridge/share/page/assets" / script).read_text("utf-8").partition("  en: {")[0]
        yield from re.findall(r'^    \w+: "(.+)",$', french, re.MULTILINE)


def test_french_has_its_spaces() -> None:
    """No-break before a colon and inside guillemets, narrow before ; ! and ? — and no typewriter apostrophe."""
    assert len([*of_the_pages()]) > 100
    for form in (*(form for forms in written("fr").values() for form in forms), *of_the_pages()):
        prose = re.sub(r"^!\w+.*|`[^`]*`|\w+://|@[\w.]+:|\d:\d|\{.*?\}", "", form)
        assert not re.search(
            r"(?<![\u00a0\s]):|(?<!\u202f)[;?]|(?<![\u202f«])(?<!«\u00a0)!| [:;?!»%]|«(?!\u00a0)|(?<!\u00a0)»|'", prose
        ), form


def test_french_is_the_default_and_zero_is_singular_in_it() -> None:
    assert texts("fr-FR") is texts("de") is texts("")
    assert "tâche ouverte" in texts("fr").ngettext("{count} open task:", "{count} open tasks:", 0)
    assert texts("en_GB").ngettext("{count} open task:", "{count} open tasks:", 0) == "{count} open tasks:"
