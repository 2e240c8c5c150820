"""The part of ``collectivity.yaml`` about how closely the town is looked at."""

from config.sections.fields import Seconds, Settings


class Watch(Settings):
    """How often that is done."""

    every: Seconds = 60
    """Seconds between two looks at everything; under ``up`` each process is asked twelve times as often."""
