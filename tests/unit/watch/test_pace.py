"""How long Synapse takes for a message, by what it counts: between two looks, and never of before."""

from bridge.watch.pace import Pace

OTHER = 'synapse_http_server_response_time_seconds_sum{code="200",servlet="SyncRestServlet",tag=""} 900.0'


def told(seconds: float, messages: int, refused: int = 0) -> bytes:
    rows = [OTHER]
    for code, count, took in (("200", messages, seconds), ("403", refused, 0.0)):
        labels = f'{{code="{code}",method="PUT",servlet="RoomSendEventRestServlet",tag=""}}'
        rows.append(f"synapse_http_server_response_time_seconds_count{labels} {count}.0")
        rows.append(f"synapse_http_server_response_time_seconds_sum{labels} {took}")
    return "\n".join(rows).encode() + b"\n"


def test_it_is_the_average_since_the_last_look() -> None:
    pace = Pace()
    assert pace.since(told(500.0, 100)) is None
    assert pace.since(told(506.0, 102)) == 3.0
    assert pace.since(told(506.0, 102, refused=2)) == 0.0


def test_where_nobody_writes_there_is_none() -> None:
    pace = Pace()
    pace.since(told(500.0, 100))
    assert pace.since(told(500.0, 100)) is None


def test_a_restarted_synapse_counts_from_nothing() -> None:
    pace = Pace()
    pace.since(told(500.0, 100))
    assert pace.since(told(1.0, 2)) is None
    assert pace.since(told(3.0, 3)) == 2.0


def test_what_is_no_metrics_tells_nothing() -> None:
    pace = Pace()
    pace.since(b"")
    assert pace.since(b"<html>\x00") is None
