"""Sizes of files as people say them (pure)."""

from typing import Final

_UNITS: Final = ("B", "kB", "MB", "GB", "TB")
_THOUSAND: Final = 1000


def size_of(size: int, language: str) -> str:
    """Return a size in bytes as people say it: ``1,2 Mo``, ``1.2 MB``; in thousands."""
    value, unit = float(size), 0
    while value >= _THOUSAND and unit < len(_UNITS) - 1:
        value, unit = value / _THOUSAND, unit + 1
    digits = f"{value:.0f}" if unit == 0 or value >= 100 else f"{value:.1f}".removesuffix(".0")
    if language == "en":
        return f"{digits} {_UNITS[unit]}"
    return f"{digits.replace('.', ',')} {_UNITS[unit].replace('B', 'o')}"
