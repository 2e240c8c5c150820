"""What is shown of a process that did not start: the line that matters, and what to do, in the reader's language."""

import pytest

from bridge.operate.errors import StartFailed
from config.sentence import said, sentence
from config.texts import texts

CADDY = """{"level":"info","ts":1.9,"msg":"using provided configuration"}
{"level":"warn","ts":1.9,"logger":"tls","msg":"stapling OCSP"}
Error: loading initial config: listening on 127.0.0.1:13668: listen tcp 127.0.0.1:13668: bind: address already in use
"""
SYNAPSE = "CannotListenError: Couldn't listen on 127.0.0.1:8008: [Errno 98] Address already in use."
OURS = "OSError: [Errno 98] error while attempting to bind on address ('127.0.0.1', 8009): address already in use"


def shown(log: str) -> list[str]:
    failed = StartFailed("caddy", sentence("it has stopped"), log)
    return said(failed, texts("fr")).replace("\u00a0", " ").splitlines()


def test_of_a_log_that_says_the_same_again_and_again_the_one_line_that_matters_is_shown() -> None:
    first, remedy, line = shown(CADDY * 5)

    assert first == "serveur web (caddy) : il s’est arrêté"
    assert remedy.startswith("Un autre programme a déjà le port 13668.")
    assert line.startswith("Error: loading initial config")


@pytest.mark.parametrize(("log", "port"), [(SYNAPSE, "8008"), (OURS, "8009"), (CADDY, "13668")])
def test_whose_port_it_is_can_be_looked_up(log: str, port: str) -> None:
    assert f"sudo ss -ltnp 'sport = :{port}'" in shown(log)[1]


def test_a_full_disk_is_said() -> None:
    assert shown("OSError: [Errno 28] No space left on device: 'x'")[1].startswith("Le disque est plein")


@pytest.mark.parametrize(
    "line",
    [
        "      sqlite3.DatabaseError: file is not a database",
        "sqlite3.DatabaseError: database disk image is malformed",
        "FATAL:  invalid page in block 3 of relation base/16384/2619",
    ],
)
def test_a_damaged_database_is_said_with_what_to_do(line: str) -> None:
    assert shown(f"Traceback\n{line}\n There may be more information in the logs.")[1].startswith("Une base est abîmée")


def test_where_nothing_is_known_its_own_words_stay() -> None:
    assert shown('{"level":"info","msg":"a"}\n{"level":"info","msg":"b"}')[1:] == [
        '{"level":"info","msg":"a"}',
        '{"level":"info","msg":"b"}',
    ]
    assert shown("[1, 2]\n{half")[1:] == ["[1, 2]", "{half"]
