"""Questions to somebody at a terminal: each answer is checked when it is given, and asked again until it will do."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import typer

from config.errors import ConfigError, InvalidSettings
from config.sentence import said, sentence

if TYPE_CHECKING:
    from config.texts import Texts

_T = TypeVar("_T")
_YES = frozenset({"y", "yes", "o", "oui"})
_NO = frozenset({"n", "no", "non"})


class Interview:
    """Asks in the language of *words*; without a terminal it takes what was given, and defaults."""

    def __init__(self, words: "Texts") -> None:
        self.words = words
        self._terminal = sys.stdin.isatty()

    def ask(self, question: str, option: str, read: Callable[[str], _T], default: str | None = None) -> _T:
        """Return what *read* makes of the answer to *question*; *read* raises ``ConfigError`` where it will not do.

        *option* is what a script would have given; without a terminal its absence raises ``InvalidSettings``, unless
        there is a *default*.
        """
        if not self._terminal:
            if default is None:
                raise InvalidSettings(
                    sentence("{option} is missing, and there is no terminal to ask on", option=option)
                )
            return read(default)
        while True:
            answer: str = typer.prompt(
                self.words.gettext(question),
                default=default,
                show_default=bool(default),
                prompt_suffix=self.words.gettext(": "),
                err=True,
            )
            try:
                return read(answer)
            except ConfigError as exc:
                typer.secho(f"  {said(exc, self.words)}", fg=typer.colors.YELLOW, err=True)

    def agree(self, question: str, *, default: bool) -> bool:
        """Return whether the answer to *question* is yes; without a terminal it is *default*."""
        if not self._terminal:
            return default
        choice = self.words.gettext("[Y/n]") if default else self.words.gettext("[y/N]")
        while True:
            answer: str = typer.prompt(
                f"{self.words.gettext(question)} {choice}", default="", show_default=False, prompt_suffix=" ", err=True
            )
            word = answer.strip().lower()
            if not word or word in _YES | _NO:
                return word in _YES if word else default
            typer.secho(self.words.gettext("  Please answer yes or no."), fg=typer.colors.YELLOW, err=True)

    def warn(self, line: str) -> None:
        """Say something to think about."""
        typer.secho(f"  {said(line, self.words)}", fg=typer.colors.YELLOW, err=True)

    @property
    def attended(self) -> bool:
        """Whether somebody is there to answer."""
        return self._terminal
