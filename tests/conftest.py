"""What tests of all directories may ask for."""

from tests.servers import federation, synapse

__all__ = ["federation", "synapse"]
