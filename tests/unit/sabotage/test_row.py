"""A row that is written wrong is refused with a sentence that names it."""

from pathlib import Path

import pytest

from tests.sabotage.row import BadRow, Fragment, Row, load

HEAD = """\
[till-short]
test = "tests/test_till.py::test_total"
why = "the till is short"
"""
BODY = """\
within = "till:total"
take = "sum(prices)"
put = "0"
"""
FRAGMENTS = f"""\
[[till-short.fragments]]
{BODY}
[[till-short.fragments]]
within = "till"
take = '''
def total(prices):
    return 0
'''
put = ""
"""


def read(directory: Path, text: str) -> Row:
    (directory / "till.toml").write_text(text, encoding="utf-8")
    (row,) = load(directory).values()
    return row


def test_a_row_of_one_fragment(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + BODY) == Row(
        "till-short",
        "tests/test_till.py::test_total",
        "the till is short",
        (Fragment("till:total", "sum(prices)", "0"),),
    )


def test_a_row_of_several(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + FRAGMENTS).fragments == (
        Fragment("till:total", "sum(prices)", "0"),
        Fragment("till", "def total(prices):\n    return 0\n", ""),
    )


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (HEAD, "till-short: lacks put, take, within"),
        (BODY, "within: this is no table of its own"),
        (HEAD.replace("why", "wy") + BODY, "till-short: lacks why"),
        (HEAD + BODY + "dir = 3\n", "till-short: does not know dir"),
        (HEAD + BODY.replace('"0"', "0"), "till-short: put must be text"),
        (HEAD.replace("::test_total", "") + BODY, "till-short: `test` is a node id"),
        (HEAD + BODY.replace('"sum(prices)"', '""'), "till-short: `within` and `take` must not be empty"),
        (HEAD + BODY.replace('"0"', '"sum(prices)"'), "till-short: `take` and `put` are the same"),
        (HEAD + BODY.replace('"0"', '"a\\nb"'), "till-short: `put` has a newline and `take` has none"),
        (HEAD + BODY.replace('"0"', '"a"').replace("sum", "a\\nb"), "till-short: whole lines end with a newline"),
        (
            HEAD + BODY.replace('"0"', '"b"').replace("sum(prices)", "a\\n"),
            "till-short: whole lines end with a newline",
        ),
        (HEAD + BODY.replace("sum(prices)", "  a\\n"), "the first of them begins at the left margin"),
        (HEAD + BODY + FRAGMENTS, "till-short: does not know put, take, within"),
        (HEAD + "fragments = []\n", r"`fragments` is a list of tables: \[\[till-short.fragments\]\]"),
        (HEAD + "fragments = [1]\n", "till-short: this is no table of its own"),
        (HEAD + BODY + HEAD + BODY, "till.toml: Cannot declare"),
        (HEAD + "put = \n", "till.toml: Invalid value"),
    ],
)
def test_what_is_written_wrong_is_refused(tmp_path: Path, text: str, trouble: str) -> None:
    with pytest.raises(BadRow, match=f"till.toml: .*{trouble}" if "till.toml" not in trouble else trouble):
        read(tmp_path, text)


def test_a_name_is_given_once_in_all_files(tmp_path: Path) -> None:
    (tmp_path / "bakery.toml").write_text(HEAD + BODY)

    with pytest.raises(BadRow, match=r"till.toml: till-short: another file has a row of that name"):
        read(tmp_path, HEAD + BODY)
