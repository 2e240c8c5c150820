"""Reading the two files: everything that is wrong is said at once, with its line and key."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.errors import InvalidSettings
from config.load import load_both, load_collectivity, load_federation
from config.yaml_reader import read_yaml

GOOD = """\
name: Valbourg
server_name: valbourg.fr
kind: commune
siren: 217500016
paths:
  data: donnees
network:
  client_port: 8009
  certificate: /etc/tls/cert.pem
  private_key: tls/key.pem
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to(text: str) -> Path:
        path = tmp_path / "collectivity.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return to


def complaints(path: Path) -> list[str]:
    with pytest.raises(InvalidSettings) as caught:
        load_collectivity(path)
    return [line.removeprefix(str(path)) for line in str(caught.value).splitlines()]


def test_relative_paths_start_at_the_folder_of_the_file(write: Write, tmp_path: Path) -> None:
    found = load_collectivity(write(GOOD))

    assert found.paths.data == tmp_path / "donnees"
    assert found.network.private_key == tmp_path / "tls" / "key.pem"
    assert found.network.certificate == Path("/etc/tls/cert.pem")
    assert load_collectivity(write(GOOD.replace("  data: donnees", "  {}"))).paths.data == tmp_path / "data"


def test_a_byte_order_mark_is_no_mistake(write: Write) -> None:
    assert load_collectivity(write("\ufeff" + GOOD)).name == "Valbourg"


def test_every_mistake_is_reported_in_one_go(write: Write) -> None:
    path = write(
        """\
name: No
server_nam: valbourg.fr
kind: comune
siren: 217500017
admins: "@maire:valbourg.fr"
network:
  client_prt: 1
  client_port: "8008"
  generous_limits: "yes"
paths: data
locale: fr
locale: en
"""
    )

    assert complaints(path) == [
        ", line 1: name: false is not text; put it in quotes if it is meant as text",
        ", line 1: server_name: this key is missing",
        ", line 2: server_nam: unknown key; did you mean server_name?",
        ", line 3: kind: 'comune' is not one of commune, intercommunalité, département, syndicat; "
        "did you mean commune?",
        ", line 4: siren: this SIREN has a wrong check digit; look it up on annuaire-entreprises.data.gouv.fr",
        ", line 5: admins: '@maire:valbourg.fr' is not a list; write one entry per line, each after “- ”",
        ", line 7: network.client_prt: unknown key; did you mean client_port?",
        ", line 8: network.client_port: '8008' is not a whole number; write it without quotes",
        ", line 9: network.generous_limits: 'yes' is neither true nor false; write it without quotes",
        ", line 10: paths: keys with values belong here, indented by two spaces",
        ", line 12: locale: this key is already on line 11; keep one of them",
    ]


@pytest.mark.parametrize("seconds", [0, -5, 9, 301])
def test_a_town_is_looked_at_now_and_then_and_not_all_the_time(write: Write, seconds: int) -> None:
    assert load_collectivity(write(GOOD + "watch: {every: 12}\n")).watch.every == 12

    (complaint,) = complaints(write(GOOD + f"watch: {{every: {seconds}}}\n"))

    assert complaint.endswith("watch.every: write a number of seconds between 10 and 300")


def test_a_mistake_in_a_list_names_the_entry(tmp_path: Path) -> None:
    path = tmp_path / "federation.yaml"
    path.write_text("members:\n  - server_name: a.fr\n  - server_name: b.fr\n    assistent: '@beffroi:b.fr'\n")

    with pytest.raises(InvalidSettings) as caught:
        load_federation(path)

    assert str(caught.value) == f"{path}, line 4: members[1].assistent: unknown key; did you mean assistant?"


def test_a_wrong_server_name_is_one_mistake_not_two(tmp_path: Path) -> None:
    path = tmp_path / "federation.yaml"
    path.write_text("members:\n  - server_name: A.fr\n")

    with pytest.raises(InvalidSettings) as caught:
        load_federation(path)

    assert str(caught.value) == f"{path}, line 2: members[0].server_name: write it in lower case: a.fr"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ", line 1: the file is empty"),
        ("# nothing\n", ", line 1: the file is empty"),
        ("name: [a\n", ", line 2: this is not YAML"),
        ("name: a\n\tkind: b\n", ", line 2: this is not YAML"),
        ("a: &x [1]\nb: [*x, *x]\n", ", line 1: anchors"),
        ("admins: @maire:valbourg.fr\n", ", line 1: this is not YAML"),
        ("name: a\n---\nname: b\n", ", line 2: a second document"),
        ("name: !!python/object/apply:os.system [ls]\n", ", line 1: name"),
        ("name: !secret x\n", ", line 1: name: the tag !secret is not allowed"),
        ("a: " + "[" * 5000 + "]" * 5000 + "\n", ", line 1: this is nested too deeply"),
        ("siren: " + "9" * 10000 + "\n", ", line 1: siren: this value cannot be read"),
        ("name: 2026-13-45\n", ", line 1: server_name"),
        ("- a\n- b\n", ", line 1: keys with values"),
        ("just words\n", ", line 1: keys with values"),
        ("name: \x07\n", ", line 1: this is not YAML"),
    ],
)
def test_what_is_no_settings_file_is_said_with_its_line(write: Write, text: str, words: str) -> None:
    assert words in "\n".join(complaints(write(text)))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("name: Éze".encode("latin-1"))
    (tmp_path / "big.yaml").write_bytes(b"#" * (2 << 20))

    assert "beffroi init" in complaints(tmp_path / "none.yaml")[0]
    assert "UTF-8" in complaints(tmp_path / "latin.yaml")[0]
    assert "megabyte" in complaints(tmp_path / "big.yaml")[0]
    assert "cannot be read" in complaints(tmp_path)[0]


def test_both_files_are_reported_together(write: Write, tmp_path: Path) -> None:
    path = write("name: 3\n")
    (tmp_path / "federation.yaml").write_text("member: []\n")

    with pytest.raises(InvalidSettings) as caught:
        load_both(path)

    assert "collectivity.yaml, line 1: name" in str(caught.value)
    assert "federation.yaml, line 1: member: unknown key; did you mean members?" in str(caught.value)


@given(st.text(alphabet="ab:-?|>[]{}&*!%@`'\"#,\n\t 019\ufffe\x00é🔔", max_size=60))
@example("? {a: b}\n: c\n")
@example("0x: 1e5\n")
@example("a: =\n")
@example("<<: {a: 1}\n")
def test_no_text_makes_the_reader_fail(text: str) -> None:
    document = read_yaml(text)

    assert document.problems or document.lines or document.data is None
