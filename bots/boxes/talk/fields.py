"""The questions of a form, as people write them: ``nom!, date de naissance (date), type (maison|appartement)``."""

import re
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.wording import fold
from bots.links.box.descriptor import MOST_CHOICES, MOST_FIELDS, MOST_LABEL, FieldKind, FormField

_COMMA: Final = re.compile(r"[,;\n](?![^(]*\))")
_FIELD: Final = re.compile(r"(?P<label>[^()!]+?)\s*(?P<before>!?)\s*(?:\((?P<kind>[^()]*)\))?\s*(?P<after>!?)\s*\.?")
_KINDS: Final[dict[str, FieldKind]] = {
    **dict.fromkeys(("texte", "text", "ligne", "line"), "text"),
    **dict.fromkeys(("texte long", "long", "lignes", "paragraphe", "long text", "lines"), "lines"),
    **dict.fromkeys(("date", "jour", "day"), "date"),
    **dict.fromkeys(("courriel", "e-mail", "email", "mail", "mel", "adresse electronique"), "email"),
}
_REQUIRED: Final = frozenset({"obligatoire", "requis", "required", "mandatory"})


@dataclass(frozen=True, slots=True)
class UnclearField:
    """What was written of a question makes no sense: *why* is ``label``, ``kind``, ``choices`` or ``many``."""

    written: str
    why: str


def fields(written: str) -> tuple[FormField, ...] | UnclearField:
    """Return the questions that *written* lists, all of it understood, or what is not."""
    found: list[FormField] = []
    for piece in filter(None, (each.strip() for each in _COMMA.split(written))):
        one = _field(piece)
        if isinstance(one, UnclearField):
            return one
        found.append(one)
    if len(found) > MOST_FIELDS or len({fold(each.label) for each in found}) < len(found):
        return UnclearField(written[:MOST_LABEL], "many")
    return tuple(found)


def _field(piece: str) -> FormField | UnclearField:
    matched = _FIELD.fullmatch(piece)
    if matched is None or len(matched["label"]) > MOST_LABEL:
        return UnclearField(piece[:MOST_LABEL], "label")
    label, said = matched["label"].strip(), (matched["kind"] or "").strip()
    required = bool(matched["before"] or matched["after"])
    if said and fold(said) in _REQUIRED:
        required, said = True, ""
    if "|" in said or "/" in said:
        choices = tuple(dict.fromkeys(each.strip() for each in re.split(r"[|/]", said) if each.strip()))
        if not 2 <= len(choices) <= MOST_CHOICES or any(len(each) > MOST_LABEL for each in choices):
            return UnclearField(piece[:MOST_LABEL], "choices")
        return FormField(label, "choice", required, choices)
    if said and fold(said) not in _KINDS:
        return UnclearField(piece[:MOST_LABEL], "kind")
    return FormField(label, _KINDS[fold(said)] if said else _guessed(label), required)


def _guessed(label: str) -> FieldKind:
    folded = fold(label)
    if folded in _KINDS:
        return _KINDS[folded]
    if folded.startswith("adresse ") and folded.removeprefix("adresse ") in _KINDS:
        return _KINDS[folded.removeprefix("adresse ")]
    return "date" if folded.split()[0] == "date" else "text"
