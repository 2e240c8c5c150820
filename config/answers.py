"""One answer at a time: whether it could stand in ``collectivity.yaml``."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from config.errors import InvalidSettings
from config.identifiers import UserId
from config.load import message
from config.sections.web import Web
from config.sentence import joined, sentence
from config.settings import ASSISTANT, Collectivity, Kind, Network

KINDS: Sequence[str] = get_args(Kind)
_FIELDS: dict[str, FieldInfo] = {
    **{name: Collectivity.model_fields[name] for name in ("name", "server_name", "kind", "siren", "database")},
    "client_url": Network.model_fields["client_url"],
    "email": Web.model_fields["email"],
}
_NEW_USER = re.compile(r"[a-z0-9._=/+-]+")
"""What a new account may be called (Matrix specification, appendices, "User Identifiers")."""


def accepted(field: str, answer: str) -> Any:
    """Return *answer* as the settings' *field* will hold it; raises ``InvalidSettings`` with what is wrong about it."""
    if field == "name" and not any(sign.isalpha() for sign in answer):
        raise InvalidSettings(sentence("a name has letters"))
    known = _FIELDS[field]
    # mypy takes what stands in the brackets for a type; Annotated wants one word at least, and pydantic ignores it.
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[(known.annotation, field, *known.metadata)])  # type: ignore[arg-type]
    try:
        return adapter.validate_python(answer.strip())
    except ValidationError as exc:
        raise InvalidSettings(joined([message(exc.errors(include_url=False)[0], Collectivity)])) from exc


def kind(answer: str) -> str:
    """Return the kind that *answer* means: its number in :data:`KINDS`, or its word, accents or not."""
    if answer.isdecimal() and 0 < int(answer) <= len(KINDS):
        return KINDS[int(answer) - 1]
    word = next((known for known in KINDS if _bare(known) == _bare(answer)), answer)
    return str(accepted("kind", word))


def administrator(answer: str, server_name: str) -> UserId:
    """Return the account that *answer* names: ``marie``, or ``@marie:<server_name>``; raises ``ConfigError``."""
    name = answer.strip().removeprefix("@").removesuffix(f":{server_name}")
    if _NEW_USER.fullmatch(name) is None or name == ASSISTANT:
        raise InvalidSettings(
            sentence("small letters without accents, digits, dots and hyphens only, as in marie.dupont")
        )
    return UserId.parse(f"@{name}:{server_name}")


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.strip().lower())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
