"""Numbers as people write them in their language: 2,7 in French where a computer says 2.7."""

from typing import Self

from config.texts import Texts, mark

_EXAMPLE = mark("0.5")


class Spoken(float):
    """A number for the sentences of *known*; formatted in one, it has their decimal mark."""

    def __new__(cls, value: float, known: Texts) -> Self:
        """Return *value*, to be written as *known* writes numbers."""
        made = super().__new__(cls, value)
        made._mark = known.gettext(_EXAMPLE)[1]
        return made

    _mark: str

    def __format__(self, wanted: str, /) -> str:
        """Return the digits that *wanted* asks for."""
        return super().__format__(wanted).replace(".", self._mark)
