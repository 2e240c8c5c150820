"""What people read of an examination: each thing once."""

from bridge.doctor.examination import lines
from bridge.doctor.finding import ill, unknown, well


def test_what_several_things_are_not_seen_for_is_said_once() -> None:
    """Where nothing runs, five lines said that the server does not answer."""
    silent = [unknown(check, "the server does not answer", "Start it.") for check in ("limits", "directory")]
    shown = list(lines([ill("door", "nobody answers", "Look."), *silent, well("disk", "there is room")]))

    assert shown == [
        "✖ nobody answers",
        "    → Look.",
        "? the server does not answer",
        "    → Start it.",
        "✔ there is room",
    ]
