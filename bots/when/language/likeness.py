"""What a language's tables say of words that were left over and look like a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Likeness:
    """What makes a word that was not read look like a day, a number or a limit."""

    misspelt: tuple[str, ...]
    """The words that another may be misspelt for, the likeliest first."""
    spelt: frozenset[str]
    """Words that are a mistake or two away from one of those, and are right."""
    glue: frozenset[str]
    """What may stand between a day and what belongs to it."""
    at: frozenset[str]
    """What stands before an hour: ``à 9``."""
    as_day: str
    """How a bare number is said as a day of the month."""
    as_hour: str
    """How it is said as an hour."""
    numbered: frozenset[str]
    """Things that have a number: ``salle 12``."""
    counted: frozenset[str]
    """Things of which there are so many, or that stand behind their number: ``le 12 rue Pasteur``."""
    habits: frozenset[str]
    """Things whose hours are those of every day: ``ouverture 8h-12h``."""
    names: frozenset[str]
    """Days and limits that may as well be the names of people: ``Sam``."""
    titles: frozenset[str]
    """What stands before a name: ``M.``."""
    capitals: bool
    """Whether days are written with a capital letter in the middle of a sentence, as names are."""
