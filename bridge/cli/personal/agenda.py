"""``beffroi agenda``: what a calendar file holds, as the assistant reads it."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.terminal.options import AsJson
from bridge.cli.terminal.speech import LANGUAGE, Lang

if TYPE_CHECKING:
    from bots.calendar.format.findings import Finding, Findings
    from bots.calendar.format.zones import Zone
    from bots.calendar.recurrence.series import Occurrence

_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?(\d\d))?)?(Z)?")
_SOMETHING_LOST = 1
_NOTHING_READ = 2


def register(app: typer.Typer) -> None:
    """Add the group ``agenda`` to *app*."""
    agenda = typer.Typer(help="Read calendar files (ICS).", no_args_is_help=True)
    app.add_typer(agenda, name="agenda")
    agenda.command()(expand)
    agenda.callback()(_group)


def _group() -> None:
    """Read calendar files (ICS)."""


def expand(
    file: Annotated[Path, typer.Argument(help="An ICS file, or - for the standard input.")],
    start: Annotated[str | None, typer.Option("--from", help="The first day, such as 2026-11-23.")] = None,
    stop: Annotated[str | None, typer.Option("--to", help="The day to stop before.")] = None,
    zone: Annotated[str, typer.Option(help="The zone of times that name none.")] = "Europe/Paris",
    lang: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Say when the events of an ICS file take place, a line each: UID|start|end.

    Times are in UTC; a whole day is written without one, and its end is not included.

    What was repaired, left out or refused is said on the error output. Exit code 1 when something was left out, 2 when
    nothing could be read.
    """
    from bots.calendar.format.findings import Findings, Unreadable  # noqa: PLC0415
    from bots.calendar.reading import read_calendar  # noqa: PLC0415
    from bots.calendar.recurrence.deadline import deadline  # noqa: PLC0415 - imported late: this file is read at every start
    from bots.calendar.recurrence.expanding import expand as expanded  # noqa: PLC0415
    from bots.calendar.recurrence.series import Window  # noqa: PLC0415

    floating = _zone(zone)
    window = Window(_instant(start, "--from", floating), _instant(stop, "--to", floating))
    findings = Findings()
    occurrences: list[Occurrence] = []
    try:
        calendar = read_calendar(_read(file), floating, findings)
        occurrences = expanded(calendar, window, findings, deadline)
    except Unreadable as exc:
        _tell(findings, [*findings, exc.finding], occurrences, lang, as_json=as_json)
        raise typer.Exit(_NOTHING_READ) from exc
    _tell(findings, [*findings], occurrences, lang, as_json=as_json)
    if findings.lost:
        raise typer.Exit(_SOMETHING_LOST)


def _read(file: Path) -> bytes:
    from bots.calendar.format.lines import MOST_BYTES  # noqa: PLC0415

    if str(file) == "-":
        return typer.get_binary_stream("stdin").read(MOST_BYTES + 1)
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _zone(name: str) -> "Zone":
    from bots.calendar.format.zones import iana  # noqa: PLC0415

    found = iana(name)
    if found is None:
        raise typer.BadParameter(f"fuseau horaire inconnu : {name}", param_hint="--zone")
    return found


def _instant(text: str | None, option: str, zone: "Zone") -> datetime | None:
    if text is None:
        return None
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)  # noqa: TRY301 - one way out for all that is no day
        local = datetime(*(int(part or 0) for part in match.groups()[:6]))  # type: ignore[arg-type]
    except ValueError as exc:
        raise typer.BadParameter(f"pas un jour comme 2026-11-23 : {text}", param_hint=option) from exc
    return local.replace(tzinfo=UTC) if match[7] else zone.utc(local)


def _tell(
    findings: "Findings", told: "list[Finding]", occurrences: "list[Occurrence]", lang: str, *, as_json: bool
) -> None:
    from config.texts import texts  # noqa: PLC0415

    said = [(finding, finding.said(texts(lang))) for finding in told]
    if as_json:
        facts = {
            "occurrences": [_facts(occurrence) for occurrence in occurrences],
            "findings": [_noted(*one) for one in said],
        }
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for occurrence in occurrences:
            typer.echo(occurrence.shown)
    for finding, sentence in said:
        typer.echo(f"{finding.severity}: {sentence}", err=True)
    if findings.more:
        typer.echo(f"… {findings.more}", err=True)


def _facts(occurrence: "Occurrence") -> dict[str, object]:
    uid, start, end = occurrence.shown.rsplit("|", 2)
    event = occurrence.event
    zone = occurrence.start.zone.name if occurrence.start.zone else None
    return {
        "uid": uid,
        "start": start,
        "end": end,
        "summary": event.summary,
        "location": event.location,
        "status": event.status.value,
        "busy": event.busy,
        "zone": zone,
        "call": event.call,
    }


def _noted(finding: "Finding", sentence: str) -> dict[str, object]:
    return {"severity": finding.severity.value, "said": sentence, "uid": finding.uid, "line": finding.line}
