"""The sentences that all kinds share, said with a kind's own noun; a kind may have others in their place (pure).

They agree with the noun's gender in the catalogue: each stands there once a gender, as its context (``msgctxt``).
"""

from dataclasses import dataclass
from typing import Final

from config.texts import gendered, gendereds, mark


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is said of an object of a kind; a kind that says it otherwise gives its own, marked, with the same fields.

    Beside the fields in them, all may hold ``{noun}``, ``{nouns}``, ``{Noun}``, ``{the}`` and ``{The}``.
    """

    added: str = gendered("✔ {Noun} {number} added: {what}")
    changed: str = gendered("✔ {Noun} {number} changed: {what}")
    already: str = gendered("{The} {number} is already where you want it: {title}")
    unchanged: str = gendered("{The} {number} is so already: {what}")
    withdrawn: str = gendered("↩ {Noun} {number} withdrawn.")
    taken_back: str = gendered("↩ {Noun} {number}: change taken back.")
    no_such: str = gendered("There is no {noun} {number} in this room.")
    which_of: str = gendered("Several {nouns} are called {number}. Which one?")
    which: str = gendered("Which {noun}? For example: {example}")
    which_title: str = gendered("What shall {the} be called? For example: {example}")
    taken_off: str = gendered("withdrawn")
    in_use: str = gendered("open")
    gone: str = gendered("{The} does not exist any more.")
    none: str = gendered("There is no open {noun} in this room.")
    none_called: str = gendered("No {noun} of this room is called “{words}”.")
    none_anywhere: str = gendered("There is no open {noun} “{words}” in the rooms that you and I are in.")
    none_open: str = gendered("There is no open {noun} in the rooms that you and I are in.")
    none_such: str = gendered("No {noun} of this room fits.")
    some: tuple[str, str] = gendereds("{count} open {noun}:", "{count} open {nouns}:")
    found: tuple[str, str] = gendereds("{count} {noun}:", "{count} {nouns}:")
    erased_title: str = gendered("✖ {Noun} {number}: content erased")
    history: str = gendered("History of {noun} {number}: {title}")
    created: str = gendered("created: {title}")
    was_erased: str = gendered("{The} {number}: what was there before has been erased.")
    nothing_before: str = gendered("{The} {number}: I know of no earlier value.")
    erase: str = gendered("Erase {the} {number} ({title}) and its history for good?")
    erase_how: str = gendered("Nobody can bring it back (“drop” keeps it). To erase it, answer “{words}”.")
    only_its_asker: str = gendered("Only whoever asked for {noun} {number} can have it erased.")
    of_another: str = gendered("{The} {number} was added by {assistant}, which alone can erase it.")
    along: tuple[str, str] = gendereds(
        "{The} {number} came with {count} other thing in one message, and would take it along.",
        "{The} {number} came with {count} other things in one message, and would take them along.",
    )
    instead: str = mark("Another title writes something else over what it says.")
    erased: str = gendered("✖ {The} {number} is being erased for good, here and for everybody.")
    exporting: str = gendered("I am writing the sheet of the {nouns}: it comes in a moment.")
    imported: tuple[tuple[str, str], ...] = (
        gendereds("{count} {noun} added", "{count} {nouns} added"),
        gendereds("{count} {noun} changed", "{count} {nouns} changed"),
        gendereds("{count} {noun} unchanged", "{count} {nouns} unchanged"),
    )
    strangers: tuple[str, str] = gendereds(
        "{count} number was not of this room; it has become a new {noun}: row {rows}.",
        "{count} numbers were not of this room; they have become new {nouns}: rows {rows}.",
    )
    twice: str = gendered("{The} is already on line {line}. To add another one, clear its number and identifier.")
    two_of_them: str = gendered("The number {number} and the identifier are those of different {nouns}.")
    changed_by: str = gendered("✔ {Noun} {number} changed by {person}")
    several_changed_by: tuple[str, str] = gendereds(
        "✔ {count} {noun} changed by {person}: {numbers}", "✔ {count} {nouns} changed by {person}: {numbers}"
    )


PHRASES: Final = Phrases()
