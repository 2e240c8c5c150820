"""The language that the person at this terminal reads."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from config.texts import mark

if TYPE_CHECKING:
    from config.texts import Texts

_NOBODYS = frozenset({"c", "posix"})
"""What a machine says that was never told where it is: no language, so French."""
_SPOKEN = ("fr", "en")


def language(environment: Mapping[str, str] | None = None) -> str:
    """Return ``fr`` or ``en``: the first language of gettext's variables that we speak, else French."""
    known = os.environ if environment is None else environment
    named = next((known[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if known.get(name)), "")
    if _stem(named) in _NOBODYS | {""}:
        return "fr"
    # LANGUAGE is a list, and counts only where a locale is set (gettext manual, "The LANGUAGE variable").
    wanted = [*known.get("LANGUAGE", "").split(":"), named]
    return next((found for name in wanted if (found := _stem(name)) in _SPOKEN), "fr")


def _stem(name: str) -> str:
    return name.partition(".")[0].partition("@")[0].partition("_")[0].partition("-")[0].lower()


def known() -> "Texts":
    """Return the sentences for the person at this terminal."""
    from config.texts import texts  # noqa: PLC0415 - it reads a catalog, and most commands say nothing

    return texts(language())


LANGUAGE = language()
"""The language of this process's terminal: the default of every ``--lang``."""


def _spoken(wanted: str) -> str:
    """Return *wanted*; raises ``BadParameter`` where it is none of our languages."""
    if _stem(wanted) not in _SPOKEN:
        raise typer.BadParameter(known().gettext("these are the languages: {names}").format(names=", ".join(_SPOKEN)))
    return wanted


Lang = Annotated[str, typer.Option(help=mark("Language of the messages: fr or en."), callback=_spoken)]
"""The ``--lang`` of every command that has one."""
