"""Every sentence of ours exists in French, and every French sentence is said somewhere."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from config.texts import catalog_path, languages, texts

ROOT = Path(__file__).parents[3]
KEYWORDS: Any = {
    **dict.fromkeys(("gettext", "_", "mark", "sentence", "wrong")),
    **dict.fromkeys(("ngettext", "marks"), (1, 2)),
}
TRANSLATED = sorted(languages() - {"en"})


def said() -> Iterator[tuple[str, ...]]:
    """Every sentence in the code, by the names under which it is asked for."""
    for package in ("config", "bots", "bridge"):
        for path in (ROOT / package).rglob("*.py"):
            for _, message, _, _ in extract("python", io.BytesIO(path.read_bytes()), keywords=KEYWORDS):
                yield (message,) if isinstance(message, str) else tuple(message)


def written(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    with catalog_path(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    return {_forms(each.id): _forms(each.string) for each in catalog if each.id}


def _forms(raw: Any) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw)


def _fields(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)[^}]*\}", sentence))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_every_translation_is_used(language: str) -> None:
    assert set(said()) == set(written(language))
    assert all(all(forms) for forms in written(language).values())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_fields_of_its_sentence(language: str) -> None:
    for source, forms in written(language).items():
        for form in forms:
            assert _fields(form) == _fields(source[0]), source


def test_french_has_its_spaces() -> None:
    """No-break before a colon and inside guillemets, narrow before ; ! and ? — and no typewriter apostrophe."""
    for forms in written("fr").values():
        for form in forms:
            prose = re.sub(r"^!\w+.*|`[^`]*`|\w+://|@\w+:|\{.*?\}", "", form)
            assert not re.search(r"(?<![\u00a0\s]):|[^\u202f\s][;?!]| [:;?!»]|« |'", prose), form


def test_french_is_the_default_and_zero_is_singular_in_it() -> None:
    assert texts("fr-FR") is texts("de") is texts("")
    assert "tâche ouverte" in texts("fr").ngettext("{count} open task:", "{count} open tasks:", 0)
    assert texts("en_GB").ngettext("{count} open task:", "{count} open tasks:", 0) == "{count} open tasks:"
