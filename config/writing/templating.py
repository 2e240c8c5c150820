"""Our templates: a name that is missing is an error, and a value is quoted by the ``yaml`` filter."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from config.errors import InvalidSettings
from config.sentence import sentence


def environment() -> Environment:
    """Return the environment of ``config/templates``."""
    # Nothing rendered here is HTML: autoescape would turn & into &amp; in YAML.
    found = Environment(
        loader=PackageLoader("config"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        keep_trailing_newline=True,
    )
    found.filters["yaml"] = as_yaml
    found.filters["caddy"] = as_caddy
    return found


def as_caddy(value: object) -> str:
    """Return *value* as one token of a Caddyfile (the templates' ``caddy`` filter); raises :class:`InvalidSettings`."""
    text = str(value)
    # Braces begin placeholders, and only the quote can be escaped (Caddyfile concepts, "Tokens and quotes").
    if not text.isprintable() or any(sign in text for sign in '{}"`\\'):
        raise InvalidSettings(
            sentence("{path}: Caddy takes no path with braces, quotes or backslashes; choose another folder", path=text)
        )
    return f'"{text}"'


def as_yaml(value: object) -> str:
    """Return *value* as YAML on one line, strings always in double quotes (the templates' ``yaml`` filter)."""
    match value:
        case str() | Path():
            # json.dumps would write an emoji as two surrogates, which PyYAML reads as two characters.
            text: str = yaml.safe_dump(str(value), default_style='"', allow_unicode=True, width=10**9)
            return text.rstrip("\n")
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Mapping():
            return "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(as_yaml(each) for each in value) + "]"
        case _:
            raise TypeError(f"a template wants {type(value).__name__} as YAML")
