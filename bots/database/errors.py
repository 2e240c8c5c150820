"""What can go wrong with a database, told apart by what the caller can do.

DatabaseAway      it cannot be reached, or takes nothing just now: the same may succeed later
Unstorable        a value that no database takes: it never will, whoever tries again
(any other)       a statement that is refused: to try it again changes nothing
"""


class DatabaseAway(Exception):
    """The database cannot be reached, or takes nothing just now; the same may succeed later."""


class Unstorable(ValueError):
    """A value that no database takes."""
