"""What all our tests share: the seed, the nightly ones, and an end to every hang."""

import os
import random
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import structlog

# Tracebacks with every variable's value in them take a second each where something is made to fail.
structlog.configure(
    [
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

# A test that hangs is ended; one that is slow because the machine is busy is not.
_LIMITS = {"acceptance": 900.0, "integration": 300.0, "nightly": 3600.0}
_LIMIT = 300.0


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("beffroi")
    group.addoption("--seed", type=int, default=None, help="seed of the tests that roll dice (default: a new one)")
    group.addoption("--nightly", action="store_true", help="also run the long generated histories")
    group.addoption("--few", type=int, default=None, help="of each file so many tests only, rolled by the seed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "limit(seconds): this test may take longer than its kind usually does")
    # A process of xdist rolls the dice of the one that has started it, whose seed is printed.
    given: int | None = getattr(config, "workerinput", {}).get("seed", config.option.seed)
    config.option.seed = secrets.randbelow(2**32) if given is None else given


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give the seed to a process of xdist."""
    node.workerinput["seed"] = node.config.option.seed


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: {config.option.seed} (again with --seed {config.option.seed})"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.nightly:
        return
    nightly = [each for each in items if each.get_closest_marker("nightly")]
    items[:] = [each for each in items if each not in nightly]
    config.hook.pytest_deselected(items=nightly)


@pytest.hookimpl(wrapper=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> Iterator[None]:
    """Make no more tests of a table's rows than are kept of a file: to make them all takes longer than to run those."""
    yield
    few: int | None = metafunc.config.option.few
    rows = metafunc._calls
    if few is None or len(rows) <= few:
        return
    rolled = random.Random(f"{metafunc.config.option.seed} {metafunc.definition.nodeid}")
    metafunc._calls = [rows[number] for number in sorted(rolled.sample(range(len(rows)), few))]


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_few_of_each_file(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep a few tests of each file, of those that other options have left: other ones each time, the same in twos."""
    few: int | None = config.option.few
    if few is None:
        return
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    rolled = random.Random(config.option.seed)
    kept = {item for tests in files.values() for item in (rolled.sample(tests, few) if len(tests) > few else tests)}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The number that makes a rolled dice fall the same way again; printed at the top of each run."""
    value: int = request.config.option.seed
    return value


@pytest.fixture
def dice(seed: int) -> random.Random:
    """A generator of its own for each test, so that running one test alone repeats it."""
    return random.Random(seed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """End a set-up that hangs; whatever ran in this process before, files are made as a shell would make them."""
    os.umask(0o022)
    with _within(_limit(item)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """End a test that hangs, instead of the whole run; not what reports it, which would end the process."""
    with _within(_limit(item)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """End a tear-down that hangs."""
    with _within(_limit(item)):
        return (yield)


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Fail what runs longer: the alarm interrupts even a waiting event loop."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"still running after {seconds:.0f} s", pytrace=True)

    before = signal.signal(signal.SIGALRM, ring)
    # Again each five seconds: a first alarm may be swallowed by whatever was running.
    signal.setitimer(signal.ITIMER_REAL, seconds, 5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _limit(item: pytest.Item) -> float:
    if (own := item.get_closest_marker("limit")) is not None:
        return float(own.args[0])
    return max((_LIMITS[each.name] for each in item.iter_markers() if each.name in _LIMITS), default=_LIMIT)
