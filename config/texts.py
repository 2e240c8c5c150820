"""Every sentence that people read, in their language.

The code holds the English sentence; ``locale/<language>/LC_MESSAGES/beffroi.po`` holds the others, read at start-up.
A sentence that stands in a table is wrapped in :func:`mark` there, and translated where it is said.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE: Final = Path(__file__).with_name("locale")
SOURCE_LANGUAGE: Final = "en"
DEFAULT_LANGUAGE: Final = "fr"


class Texts(Protocol):
    """The sentences in one language."""

    def gettext(self, message: str, /) -> str:
        """Return *message* in this language."""

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the form of the message that goes with *n*: French says "0 tâche", English "0 tasks"."""

    def pgettext(self, context: str, message: str, /) -> str:
        """Return *message* as it is said in *context*, a gender; *message* itself where the catalogue has none."""

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the form that goes with *n*, likewise."""


def texts(locale: str) -> Texts:
    """Return the sentences for *locale* (``fr``, ``fr-FR``, ``en_GB``); French for a language that we lack."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return _load(language if language in languages() else DEFAULT_LANGUAGE)


@cache
def languages() -> frozenset[str]:
    """Return the languages that we speak."""
    translated = {each.parent.parent.name for each in LOCALE.glob("*/LC_MESSAGES/beffroi.po")}
    return frozenset({SOURCE_LANGUAGE, *translated})


def mark(message: str) -> str:
    """Return *message* as it is: tells the extractor that it will be translated elsewhere."""
    return message


def marks(one: str, several: str) -> tuple[str, str]:
    """Return a sentence and its plural as they are: tells the extractor that they will be translated elsewhere."""
    return one, several


def gendered(message: str) -> str:
    """Return *message* as it is: tells the extractor that it agrees with a noun, so each gender has its own."""
    return message


def gendereds(one: str, several: str) -> tuple[str, str]:
    """Return a sentence and its plural as they are: the same of both."""
    return one, several


@cache
def _load(language: str) -> Texts:
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    with catalog_path(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalog_path(language: str) -> Path:
    """Return where the catalog of *language* stands."""
    return LOCALE / language / "LC_MESSAGES" / "beffroi.po"
