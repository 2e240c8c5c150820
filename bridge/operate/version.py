"""Which version of Beffroi this is."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of


def version() -> str:
    """Return our version; a checkout that is not installed says so."""
    try:
        return version_of("beffroi")
    except PackageNotFoundError:
        return "0.1.0+checkout"
