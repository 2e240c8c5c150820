"""The command line in the person's language: its help, and what typer itself says of a wrong call."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import typer

from config.texts import mark

if TYPE_CHECKING:
    from config.texts import Texts

UsageError = cast(type[Exception], typer.BadParameter.__mro__[1])
"""Whatever is wrong with a call; typer exports only this child of it."""

_PANELS = {
    "ARGUMENTS_PANEL_TITLE": mark("Arguments"),
    "OPTIONS_PANEL_TITLE": mark("Options"),
    "COMMANDS_PANEL_TITLE": mark("Commands"),
    "DEFAULT_STRING": mark("[default: {}]"),
    "REQUIRED_LONG_STRING": mark("[required]"),
}
_OTHERS = {
    r"Missing command\.": mark("A command is missing."),
    r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)": mark(
        "This is too much: {}. What holds a space stands between quotation marks."
    ),
    r"Option '?(.+?)'? requires an? .+": mark("Something is missing after {}."),
    r"Option '?(.+?)'? does not take a value\.": mark("Nothing stands after {}."),
}
"""What typer says in English only, and what it is here."""
_REASONS = {
    r"Input should be a valid integer": mark("a whole number is wanted"),
    r"Input should be a valid number": mark("a number is wanted"),
}
_COMMAND = re.compile(r"No such command '(.+?)'")
_HELP_OPTION = mark("Show this message and exit.")


def translate(command: Any, words: "Texts") -> None:
    """Put the help of *command*, of its options, and of all below it into the language of *words*."""
    _own_help_options(command, None)
    for thing in things(command):
        if thing.help:
            thing.help = "\n\n".join(words.gettext(text) for text in paragraphs(thing.help))
    from typer import rich_utils  # noqa: PLC0415 - only help needs it, and it brings rich

    for name, text in _PANELS.items():
        setattr(rich_utils, name, words.gettext(text))


def _own_help_options(command: Any, parent: Any) -> None:
    """Have each command make its ``--help`` now, which it keeps, and say in words of ours what it is for."""
    context = command.context_class(command, parent=parent, **command.context_settings)
    option = command.get_help_option(context)
    if option is not None:
        option.help = _HELP_OPTION
    for below in getattr(command, "commands", {}).values():
        _own_help_options(below, context)


def things(command: Any) -> Iterator[Any]:
    """Yield *command*, its arguments and options, and all below it: everything with a ``help``."""
    yield command
    yield from (parameter for parameter in command.params if hasattr(parameter, "help"))
    # Made by _own_help_options.
    if getattr(command, "_help_option", None) is not None:
        yield command._help_option
    for below in getattr(command, "commands", {}).values():
        yield from things(below)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, each on one line: what a catalog holds."""
    return [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]


def wrong_call(error: Any, words: "Texts") -> str:
    """Return what typer's *error* says of a wrong call."""
    _ = words.gettext
    name = getattr(error, "option_name", None) or _parameter(error)
    match type(error).__name__:
        case "NoSuchOption":
            near = ", ".join(error.possibilities or ())
            if not near:
                return _("There is no option {name}.").format(name=name)
            return _("There is no option {name}. Perhaps {names}?").format(name=name, names=near)
        case "MissingParameter":
            return _missing(error, name, words)
        case _ if found := _COMMAND.match(str(error.format_message())):
            return _no_command(found[1], error, words)
        case "BadParameter":
            return _("{name} cannot be this: {reason}").format(
                name=name, reason=_matched(_REASONS, error.message, words)
            )
        case _:
            return _matched(_OTHERS, str(error.format_message()), words)


def _missing(error: Any, name: str, words: "Texts") -> str:
    """Say what is missing: an option by what one types, an argument by what it is."""
    text = " ".join((getattr(error.param, "help", None) or "").split())
    if name.startswith("--") or not text:
        return words.gettext("{name} is missing.").format(name=name)
    return words.gettext("Something is missing behind it: {what}").format(what=words.gettext(text))


def _no_command(name: str, error: Any, words: "Texts") -> str:
    known = getattr(error.ctx.command, "commands", {}) if error.ctx is not None else {}
    near = difflib.get_close_matches(name, [each for each, found in known.items() if not found.hidden], cutoff=0.5)
    if not near:
        return words.gettext("There is no command {name}.").format(name=name)
    return words.gettext("There is no command {name}. Perhaps {names}?").format(name=name, names=", ".join(near))


def _matched(known: Mapping[str, str], message: str, words: "Texts") -> str:
    """Return *message* in the language of *words* where one of the patterns in *known* fits it."""
    _ = words.gettext
    for pattern, template in known.items():
        found = re.match(pattern, message)
        if found is not None:
            return _(template).format(*found.groups())
    return message


def hint(error: Any, words: "Texts") -> str:
    """Return where to read how the command is called."""
    path = error.ctx.command_path if error.ctx is not None else "beffroi"
    return words.gettext("Try: {command}").format(command=f"{path} --help")


def _parameter(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return str(getattr(error, "param_hint", None) or "?")
    named = [name for name in parameter.opts if name.startswith("--")]
    return named[0] if named else str(parameter.metavar or parameter.name).upper()
