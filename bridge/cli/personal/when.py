"""``beffroi when``: what a date in words means, as the assistant reads it."""

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, get_args
from zoneinfo import ZoneInfo

import typer

from bridge.cli.terminal.options import AsJson

if TYPE_CHECKING:
    from bots.when.values import Doubt, Locale, Value, When

_YEARS = range(1900, 2200)
_ZONE_NAME = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}")


def register(app: typer.Typer) -> None:
    """Add ``when`` to *app*."""
    app.command()(when)


def when(
    text: Annotated[str, typer.Argument(help="A date in words, alone or in a sentence.")],
    now: Annotated[str | None, typer.Option(help="What time it is: 2026-11-23T10:00 (else now).")] = None,
    tz: Annotated[str, typer.Option("--tz", help="The time zone, such as Europe/Paris or UTC.")] = "Europe/Paris",
    lang: Annotated[str, typer.Option(help="Language of the sentence: fr or en.")] = "fr",
    as_json: AsJson = False,
) -> None:
    """Say which date a sentence holds; exit code 1 when there is none, or a doubtful one.

    On the output, a line each: the date in ISO 8601, `RRULE:…`, the words understood, the date in words.

    A range is written start/end, its last day included; by, before or from in front of the date is a limit.

    The reason of a doubt goes to the error output, with code 1; a wrong option has code 2.

    Example: beffroi when "mardi en huit à 14h30" --now 2026-11-23T10:00
    """
    from bots.when.finding import find  # noqa: PLC0415 - imported late: this file is read at every start
    from bots.when.values import When  # noqa: PLC0415

    zone = _zone(tz)
    locale = _locale(lang)
    found = find(text, _now(now, zone), zone, locale)
    if as_json:
        typer.echo(json.dumps(_facts(found, text, locale), ensure_ascii=False))
    elif isinstance(found, When):
        typer.echo("\n".join(_lines(found, text, locale)))
    if not isinstance(found, When):
        typer.echo(_reason(found, text, locale), err=True)
        raise typer.Exit(1)


def _zone(name: str) -> ZoneInfo:
    # zoneinfo looks names up as files: "../x" is a ValueError and a folder an OSError, neither of them a zone.
    if _ZONE_NAME.fullmatch(name):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
    raise typer.BadParameter(f"fuseau horaire inconnu : {name}", param_hint="--tz")


def _locale(name: str) -> "Locale":
    from bots.when.values import Locale  # noqa: PLC0415

    for known in get_args(Locale):
        if known == name:
            locale: Locale = known
            return locale
    raise typer.BadParameter(f"langue inconnue : {name}", param_hint="--lang")


def _now(text: str | None, zone: ZoneInfo) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        given = datetime.fromisoformat(text)
    except ValueError as exc:
        raise typer.BadParameter(f"pas une date ISO 8601 : {text}", param_hint="--now") from exc
    if given.year not in _YEARS:
        raise typer.BadParameter(f"pas une année entre 1900 et 2199 : {text}", param_hint="--now")
    return given if given.tzinfo else given.replace(tzinfo=zone)


def _lines(found: "When", text: str, locale: "Locale") -> list[str]:
    from bots.when.values import Bound, understood  # noqa: PLC0415

    bound = "" if found.bound is Bound.AT else f"{found.bound} "
    rule = [] if found.rule is None else [f"RRULE:{found.rule}"]
    return [f"{bound}{_iso(found.value)}", *rule, " … ".join(understood(text, found.spans)), _said(found, locale)]


def _said(found: "When", locale: "Locale") -> str:
    from bots.when.saying import say, say_bound  # noqa: PLC0415

    return say_bound(found.value, found.bound, locale) if found.rule is None else say(found.spoken, locale)


def _reason(found: "Doubt | None", text: str, locale: "Locale") -> str:
    from bots.when.saying import describe  # noqa: PLC0415
    from bots.when.values import understood  # noqa: PLC0415

    if found is None:
        return "no date understood" if locale == "en" else "aucune date comprise"
    pieces = " … ".join(understood(text, found.spans))
    return ("“{}”: {}" if locale == "en" else "«\u00a0{}\u00a0»\u00a0: {}").format(pieces, describe(found, locale))


def _facts(found: "When | Doubt | None", text: str, locale: "Locale") -> dict[str, object]:
    from bots.when.values import When, rest, understood  # noqa: PLC0415

    if found is None:
        return {"understood": [], "rest": text, "doubt": "not_understood", "candidates": []}
    part: dict[str, object] = {
        "understood": understood(text, found.spans),
        "rest": rest(text, found.spans),
        "spans": found.spans,
    }
    if not isinstance(found, When):
        return {**part, "doubt": found.code, "candidates": [_iso(each) for each in found.candidates]}
    facts = {"value": _iso(found.value), "all_day": found.all_day, "bound": found.bound, "rule": found.rule}
    return {**part, **facts, "said": _said(found, locale)}


def _iso(value: "Value") -> str:
    """Return ISO 8601; of a moment, with its offset; of a range, both ends with a slash between."""
    from bots.when.values import Range  # noqa: PLC0415

    if isinstance(value, Range):
        return f"{_iso(value.start)}/{_iso(value.end)}"
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
