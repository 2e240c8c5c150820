import json
import socket
import stat
from pathlib import Path

import pytest

from bridge.operate.errors import PortTaken
from bridge.operate.ports import HOST, is_free, remember, reserve


def listen(port: int = 0) -> socket.socket:
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.bind((HOST, port))
    server.listen()
    return server


def test_ports_are_the_same_the_next_time(tmp_path: Path) -> None:
    first = remember(tmp_path / "ports.json", ["client", "federation"])

    assert remember(tmp_path / "ports.json", ["client", "federation"]) == first
    assert len(set(first.values())) == 2
    assert stat.S_IMODE((tmp_path / "ports.json").stat().st_mode) == 0o600


def test_a_port_that_people_were_told_and_that_is_taken_is_an_error(tmp_path: Path) -> None:
    ports = remember(tmp_path / "ports.json", ["client"])

    with listen(ports["client"]), pytest.raises(PortTaken) as caught:
        remember(tmp_path / "ports.json", ["client"], told=["client"])

    assert (caught.value.label, caught.value.port) == ("client", ports["client"])


def test_a_port_that_nobody_was_told_is_chosen_again(tmp_path: Path) -> None:
    ports = remember(tmp_path / "ports.json", ["client", "proxy"])

    with listen(ports["proxy"]):
        again = remember(tmp_path / "ports.json", ["client", "proxy"], told=["client"])

    assert again["client"] == ports["client"]
    assert again["proxy"] != ports["proxy"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"client": "x"}', '{"client": 99999999}', '{"client": 80}'])
def test_a_damaged_memory_is_forgotten(tmp_path: Path, content: str) -> None:
    (tmp_path / "ports.json").write_text(content)

    ports = remember(tmp_path / "ports.json", ["client"])

    assert 1024 <= ports["client"] <= 65535
    assert json.loads((tmp_path / "ports.json").read_text()) == ports


def test_reserved_ports_are_distinct_and_free_afterwards() -> None:
    with reserve(5) as ports:
        assert len(set(ports)) == 5
        assert not is_free(ports[0])
    assert all(is_free(port) for port in ports)
