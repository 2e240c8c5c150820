"""How one will know that an objective is reached, as people say it in a sentence (pure)."""

from dataclasses import dataclass

from bots.assistant.talk.wording import has_words
from bots.assistant.words.names.people import is_mention
from bots.items.types.text import Text
from bots.items.types.type import Asking, Taken


@dataclass(frozen=True)
class Measure(Text):
    """A line that also stands, without its label, behind a person and a comma: ``… @dgs, 40 % de kWh en moins``."""

    def take(self, text: str, asking: Asking) -> Taken[str]:
        """Return what follows a person and a comma, where nobody is named in it."""
        head, comma, tail = text.rpartition(",")
        names = [is_mention(word) for word in head.split()]
        measures = names and names[-1] and has_words(tail.split()) and not any(map(is_mention, tail.split()))
        if not comma or not measures:
            return Taken(text)
        parsed = self.parse(tail.split(), asking)
        return Taken(head, parsed) if isinstance(parsed, str) else Taken(head, unclear=parsed.asked)
