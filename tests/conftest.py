"""What tests of all directories may ask for."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.leftovers import settle
from tests.servers import federation, synapse

# What is printed here follows the terminal's language; a machine that was told none speaks French.
os.environ.pop("LANGUAGE", None)
os.environ["LC_ALL"] = "C.UTF-8"
# Hundreds of our processes are started: each would compile all of our modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

__all__ = ["federation", "synapse"]

# No test may fail because a machine was slow. All else is as hypothesis has it, also in CI.
settings.register_profile("patient", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing behind: what could not be deleted fails the run, where nothing else did."""
    for place, said in settle().items():
        print(f"\nnot deleted: {place}: {said}")
        session.exitstatus = session.exitstatus or pytest.ExitCode.INTERNAL_ERROR
