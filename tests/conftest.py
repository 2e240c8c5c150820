"""What tests of all directories may ask for."""

from hypothesis import settings

from tests.servers import federation, synapse

__all__ = ["federation", "synapse"]

# No test may fail because a machine was slow. All else is as hypothesis has it, also in CI.
settings.register_profile("patient", parent=settings(), deadline=None)
settings.load_profile("patient")
