"""A sentence that is said in English where nobody knows the reader, and can still be said in their language."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.texts import Texts


class Sentence(str):
    """The English sentence, which remembers what it was made of; make one with :func:`sentence`."""

    template: str
    values: Mapping[str, object]

    def said(self, known: "Texts") -> str:
        """Return the sentence in the language of *known*."""
        # Numbers stay numbers: a template may say how many of their digits are wanted.
        spoken = (Sentence, BaseException)
        values = {
            name: said(value, known) if isinstance(value, spoken) else value for name, value in self.values.items()
        }
        return known.gettext(self.template).format(**values)


def sentence(template: str, **values: object) -> Sentence:
    """Return *template*, filled with *values*; the extractor takes *template* for one of the sentences to translate."""
    made = Sentence(template.format(**values))
    made.template, made.values = template, values
    return made


def wrong(template: str, **values: object) -> ValueError:
    """Return the error that says this :func:`sentence`: what pydantic wants of whoever checks a value."""
    return ValueError(sentence(template, **values))


def said(value: object, known: "Texts") -> str:
    """Return *value* in the language of *known* where it is a :class:`Sentence` (or an error made of one)."""
    if isinstance(value, BaseException):
        value = value.args[0] if value.args and isinstance(value.args[0], Sentence) else str(value)
    return value.said(known) if isinstance(value, Sentence) else str(value)


def joined(parts: Iterable[str], separator: str = "\n") -> Sentence:
    """Return *parts*, sentences or mere text, as one that can be said in another language part by part."""
    values: dict[str, object] = {f"part{number}": part for number, part in enumerate(parts)}
    # No catalog has such a template, so it stays as it is in every language.
    return sentence(separator.join(f"{{{name}}}" for name in values), **values)
