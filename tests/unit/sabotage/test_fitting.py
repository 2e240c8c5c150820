"""A fragment is found in the definition that it names, once, wherever in the file that stands."""

from pathlib import Path

import pytest

from tests.sabotage.fitting import Unfit, broken, locate, replaced
from tests.sabotage.row import Fragment, Row

TEXT = '''\
LIMIT = 3


def total(prices):
    return sum(prices)


class Till:
    @property
    def total(self):
        """The sum."""
        return sum(self.prices)

    if LIMIT:

        async def open(self):
            def inner():
                return 1

            return inner()

    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        pass
'''


def fragment(within: str, take: str, put: str = "") -> Fragment:
    return Fragment(f"till{within}", take, put)


@pytest.mark.parametrize(
    ("within", "take", "put", "line"),
    [
        ("", "LIMIT = 3", "LIMIT = 4", "LIMIT = 4"),
        (":total", "sum(prices)", "0", "    return 0"),
        (":Till.total", "sum(self.prices)", "0", "        return 0"),
        (":Till.total", "@property", "@staticmethod", "    @staticmethod"),
        (":Till.open.inner", "return 1", "return 2", "                return 2"),
        (":Till.open", "return inner()\n", "return 7\n", "            return 7"),
    ],
)
def test_it_is_replaced_in_that_definition_alone(within: str, take: str, put: str, line: str) -> None:
    changed = replaced(TEXT, fragment(within, take, put))

    different = [new for old, new in zip(TEXT.splitlines(), changed.splitlines(), strict=True) if old != new]
    assert different == [line]


def test_whole_lines_are_found_at_their_indentation_and_put_at_it() -> None:
    take = "def inner():\n    return 1\n\nreturn inner()\n"
    put = "for _ in ():\n\n    pass\n"

    changed = replaced(TEXT, fragment(":Till.open", take, put))

    assert "async def open(self):\n            for _ in ():\n\n                pass\n\n    @property" in changed


def test_whole_lines_may_go() -> None:
    assert "LIMIT = 3" not in replaced(TEXT, fragment("", "LIMIT = 3\n"))


@pytest.mark.parametrize(
    ("within", "take", "trouble"),
    [
        ("", "sum(", r"'sum\(' is 2 times in till"),
        (":total", "max(prices)", r"'max\(prices\)' is not in till:total"),
        (":total", "self.prices", "'self.prices' is not in till:total"),
        (":total", "sum(prices)\n", r"'sum\(prices\)' is not in till:total"),
        ("", "@property\n", "'@property' is 2 times in till"),
        (":Till.close", "x", "Till.close is not defined"),
        (":inner", "return 1", "inner is not defined"),
        (":Till.size", "return 1", "Till.size is defined 2 times"),
    ],
)
def test_what_is_not_there_once_does_not_fit(within: str, take: str, trouble: str) -> None:
    with pytest.raises(Unfit, match=trouble):
        replaced(TEXT, fragment(within, take))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("OPEN = True\n")
    (tmp_path / "shop" / "till.py").write_text(TEXT)
    (tmp_path / "shop" / "card.html").write_text("<b>{{ total }}</b>\n")
    return tmp_path


@pytest.mark.parametrize(
    ("within", "path"),
    [
        ("shop", "shop/__init__.py"),
        ("shop.till:Till.total", "shop/till.py"),
        ("shop/card.html", "shop/card.html"),
    ],
)
def test_a_module_or_a_path_is_a_file(tree: Path, within: str, path: str) -> None:
    assert locate(within, tree) == Path(path)


def test_a_file_that_is_gone_does_not_fit(tree: Path) -> None:
    with pytest.raises(Unfit, match=r"there is no shop/basket\.py"):
        locate("shop.basket:total", tree)


def test_several_fragments_are_made_in_turn(tree: Path) -> None:
    """The second one meets what the first one put, in the same file as in another; the tree stays as it was."""
    fragments = (
        Fragment("shop.till", "LIMIT = 3", "LIMIT = 4"),
        Fragment("shop.till", "LIMIT = 4", "LIMIT = 5"),
        Fragment("shop/card.html", "{{ total }}", "0"),
    )

    texts = broken(Row("till-short", "tests/test_till.py::test_total", "short", fragments), tree)

    assert texts == {
        Path("shop/till.py"): TEXT.replace("LIMIT = 3", "LIMIT = 5"),
        Path("shop/card.html"): "<b>0</b>\n",
    }
    assert (tree / "shop" / "till.py").read_text() == TEXT


def test_a_mistake_leaves_python(tree: Path) -> None:
    row = Row("till-short", "t.py::t", "short", (Fragment("shop.till:total", "return sum(prices)", "return ("),))

    with pytest.raises(Unfit, match=r"shop/till\.py with it is no longer Python"):
        broken(row, tree)
