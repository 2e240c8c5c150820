"""A drop box as a YAML file says it: title, form, limits; what people keep and use again (pure).

titre: Permis de construire
jours: 30
fichiers: 5
taille: 100 Mo
dossier: Urbanisme/Permis
tâche: "@urbanisme"
note: Joignez le plan de masse.
champs:
- nom!
- {nom: Date de naissance, type: date, obligatoire: oui}
- {nom: Type de bien, choix: [maison, appartement]}
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bots.assistant.talk.wording import clean, fold
from bots.boxes.talk.fields import UnclearField, fields
from bots.boxes.talk.wish import BoxWish, wish
from bots.links.box.descriptor import FormField
from config.yaml_reader import read_yaml

Reader = Callable[[object], object]

MOST_BYTES: Final = 65_536
MOST_NOTE: Final = 1_000
ENDINGS: Final = (".yaml", ".yml")
_NAMES: Final = {
    **dict.fromkeys(("titre", "title"), "title"),
    **dict.fromkeys(("jours", "duree", "days", "open for"), "days"),
    **dict.fromkeys(("fichiers", "files"), "files"),
    **dict.fromkeys(("taille", "size"), "size"),
    **dict.fromkeys(("dossier", "folder"), "folder"),
    **dict.fromkeys(("tache", "task"), "task"),
    **dict.fromkeys(("note", "consigne", "instructions"), "note"),
    **dict.fromkeys(("champs", "formulaire", "questions", "fields", "form"), "fields"),
}
_OF_A_FIELD: Final = {
    **dict.fromkeys(("nom", "question", "libelle", "label", "name"), "label"),
    **dict.fromkeys(("type", "kind"), "kind"),
    **dict.fromkeys(("obligatoire", "requis", "required"), "required"),
    **dict.fromkeys(("choix", "choices"), "choices"),
}
_YES: Final = frozenset({"oui", "yes", "vrai", "true"})
_NO: Final = frozenset({"non", "no", "faux", "false", ""})


class WrongTemplate(Exception):
    """A template cannot be used: *what* of it, at *line*."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"{line}: {what}")
        self.line, self.what = line, what


class _Odd(ValueError):
    """A value of another kind than it should be."""


def is_template(name: str) -> bool:
    """Tell whether a file of this name may be one."""
    return name.lower().endswith(ENDINGS)


def read_template(raw: bytes) -> tuple[BoxWish, str]:
    """Return what a template wishes, and its note; raises :class:`WrongTemplate` for whatever is not understood."""
    try:
        document = read_yaml(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise WrongTemplate(1, "UTF-8") from None
    if document.problems:
        raise WrongTemplate(document.problems[0].line, str(document.problems[0].path[-1:] or "YAML").strip("(),'"))
    if not isinstance(document.data, dict):
        raise WrongTemplate(1, "YAML")
    found: dict[str, object] = {}
    for key, value in document.data.items():
        name = _NAMES.get(fold(str(key)))
        if name is None or name in found:
            raise WrongTemplate(document.line((key,)), str(key)[:60])
        try:
            found[name] = _READ[name](value)
        except ValueError as error:
            raise WrongTemplate(document.line((key,)), str(error) or str(key)[:60]) from None
    return _wished(found), str(found.get("note", ""))


def _wished(found: Mapping[str, object]) -> BoxWish:
    """Return the wish: lengths and sizes are read as in a command, so that both mean the same."""
    said = [str(found[name]) for name in ("days", "files", "size") if name in found]
    read = wish(["«", "x", "»", *" ".join(said).split()])
    if read.unread:
        raise WrongTemplate(1, " ".join(read.unread)[:60])
    task = found.get("task")
    people = task if isinstance(task, tuple) else ()
    form = found.get("fields", ())
    assert isinstance(form, tuple)
    return replace(
        read,
        title=str(found.get("title", "")),
        folder=str(found.get("folder", "")),
        task=task is not None and task is not False,
        people=people,
        fields=form,
    )


def _line(value: object) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise _Odd
    return " ".join(clean(str(value)[:2000]).split())


def _counted(unit: str) -> "Reader":
    def read(value: object) -> str:
        said = _line(value)
        return f"{said} {unit}" if said.isdecimal() else said

    return read


def _task(value: object) -> object:
    if isinstance(value, bool):
        return value
    people = value if isinstance(value, list) else str(value).replace(",", " ").split()
    said = tuple(_line(person) for person in people)
    if len(said) == 1 and fold(said[0]) in _YES | _NO:
        return fold(said[0]) in _YES
    if not all(person.startswith("@") for person in said):
        raise _Odd
    return said


def _note(value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_NOTE:
        raise _Odd
    return clean(value).strip()


def _fields(value: object) -> tuple[FormField, ...]:
    if not isinstance(value, list):
        raise _Odd
    found = tuple(_field(each) for each in value)
    if len({fold(field.label) for field in found}) < len(found):
        raise _Odd
    return found


def _field(raw: object) -> FormField:
    """Return one question; a mapping is said as in a command, and read by the same code."""
    if isinstance(raw, dict):
        raw = _spoken(raw)
    read = fields(_line(raw).replace(",", " "))
    if isinstance(read, UnclearField) or len(read) != 1:
        raise ValueError(str(raw)[:60])
    return read[0]


def _spoken(raw: Mapping[object, object]) -> str:
    said = {_OF_A_FIELD.get(fold(str(key)), "?"): value for key, value in raw.items()}
    if "?" in said or "label" not in said or len(said) < len(raw):
        raise ValueError(str([*raw])[:60])
    choices, required = said.get("choices"), said.get("required", False)
    if choices is not None and not isinstance(choices, list):
        raise ValueError(str(choices)[:60])
    wanted = required if isinstance(required, bool) else fold(_line(required))
    if wanted not in (True, False) and wanted not in _YES | _NO:
        raise ValueError(str(required)[:60])
    kind = "|".join(_line(choice) for choice in choices) if choices else _line(said.get("kind", ""))
    label = _line(said["label"])
    must = "!" if wanted is True or wanted in _YES else ""
    return f"{label}{must} ({kind})" if kind else f"{label}{must}"


_READ: Final[Mapping[str, Reader]] = {
    "title": _line,
    "days": _counted("jours"),
    "files": _counted("fichiers"),
    "size": _counted("Mo"),
    "folder": _line,
    "task": _task,
    "note": _note,
    "fields": _fields,
}
