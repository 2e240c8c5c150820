"""From a YAML file to settings, or to an error that names every mistake with its file, line and key."""

import difflib
import re
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import InvalidSettings
from config.federation import Federation
from config.project_template import ProjectTemplate
from config.sentence import Sentence, joined, sentence
from config.settings import Collectivity
from config.yaml_reader import Document, KeyPath, Problem, read_yaml

SHIPPED_PROJECTS = Path(__file__).with_name("projects")
"""The project templates that everybody has."""
_LARGEST = 1 << 20
_TEMPLATE_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_S = TypeVar("_S", bound=BaseModel)


def load_collectivity(path: Path) -> Collectivity:
    """Read ``collectivity.yaml``; relative paths in it start at its own folder and come back absolute.

    Raises ``InvalidSettings``, whose message has one line for each mistake: file, line, key path and remedy.
    """
    if not path.exists():
        raise InvalidSettings(no_town(path))
    return _load(path, Collectivity)


def load_federation(path: Path) -> Federation:
    """Read ``federation.yaml``; raises ``InvalidSettings`` like :func:`load_collectivity`."""
    return _load(path, Federation)


def load_both(collectivity: Path, federation: Path | None = None) -> tuple[Collectivity, Federation]:
    """Read both files, the member list beside the other by default, and report the mistakes of both together."""
    if not collectivity.exists():
        raise InvalidSettings(no_town(collectivity))
    reports: list[str] = []
    own = members = None
    try:
        own = load_collectivity(collectivity)
    except InvalidSettings as exc:
        reports.append(exc.sentence)
    try:
        members = load_federation(federation or collectivity.parent / "federation.yaml")
    except InvalidSettings as exc:
        reports.append(exc.sentence)
    if own is None or members is None:
        raise InvalidSettings(joined(reports))
    return own, members


def no_town(collectivity: Path) -> Sentence:
    """Return what is said where *collectivity* is not there: most often somebody is in another folder."""
    return sentence(
        "{folder} is no town's folder: it has no {file}. Go (cd) to the one in which `beffroi init` was called; call "
        "it here only to begin another town.",
        folder=collectivity.resolve().parent,
        file=collectivity.name,
    )


def load_project_templates(own: Path) -> dict[str, ProjectTemplate]:
    """Return the project templates by their names: ours, and those in the folder *own*, which may not exist.

    A template is called like its file; one of *own* takes the place of ours. Raises ``InvalidSettings``, with the
    mistakes of all files together.
    """
    found: dict[str, ProjectTemplate] = {}
    reports: list[str] = []
    for path in (*sorted(SHIPPED_PROJECTS.glob("*.yaml")), *sorted(own.glob("*.yaml")), *sorted(own.glob("*.yml"))):
        if _TEMPLATE_NAME.fullmatch(path.stem) is None:
            reports.append(
                sentence(
                    "{path}: people type this name: small letters without accents, digits, - and _ only", path=path
                )
            )
            continue
        try:
            found[path.stem] = _load(path, ProjectTemplate)
        except InvalidSettings as exc:
            reports.append(exc.sentence)
    if reports:
        raise InvalidSettings(joined(reports))
    return found


def collectivity_from(answers: Mapping[str, object]) -> Collectivity:
    """Return the collectivity that *answers* describe, or raise ``InvalidSettings`` naming each wrong one."""
    try:
        return Collectivity.model_validate(dict(answers))
    except ValidationError as exc:
        problems = _translated(exc, Document(None, {}), Collectivity)
        raise InvalidSettings(joined(joined((_shown(each.path), each.message), ": ") for each in problems)) from exc


def _load(path: Path, model: type[_S]) -> _S:
    document = read_yaml(_text(path))
    problems = list(document.problems)
    if document.data is None and not problems:
        problems.append(Problem(1, (), sentence("the file is empty; `beffroi init` writes a new one")))
    elif document.data is not None:
        try:
            settings = model.model_validate(document.data, context={"folder": path.resolve().parent})
        except ValidationError as exc:
            known = {(each.line, each.path) for each in problems}
            problems += [each for each in _translated(exc, document, model) if (each.line, each.path) not in known]
        else:
            if not problems:
                return settings
    raise InvalidSettings(joined(_line(path, each) for each in sorted(problems, key=lambda each: each.line)))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidSettings(sentence("{path}: this is more than a megabyte; is it the right file?", path=path))
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as exc:
        raise InvalidSettings(sentence("{path}: there is no such file; `beffroi init` writes one", path=path)) from exc
    except UnicodeDecodeError as exc:
        raise InvalidSettings(sentence("{path}: this is not UTF-8 text; save it in that encoding", path=path)) from exc
    except OSError as exc:
        problem = sentence("{path}: this cannot be read: {reason}", path=path, reason=exc.strerror)
        raise InvalidSettings(problem) from exc


def _line(path: Path, problem: Problem) -> Sentence:
    place = sentence("{path}, line {line}", path=path, line=problem.line)
    key = _shown(problem.path)
    return joined((place, key, problem.message) if key else (place, problem.message), ": ")


def _shown(path: KeyPath) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path).removeprefix(".")


def _translated(exc: ValidationError, document: Document, model: type[BaseModel]) -> Iterator[Problem]:
    for error in exc.errors(include_url=False):
        # The value that this default is derived from is wrong, and that has its own line.
        if error["type"] == "default_factory_not_called":
            continue
        path = error["loc"]
        yield Problem(document.line(path), path, message(error, model))


def message(error: ErrorDetails, model: type[BaseModel]) -> str:
    """Return what is wrong in pydantic's *error* about a *model*, for the person who wrote it."""
    if error["type"] == "extra_forbidden":
        return _unknown(str(error["loc"][-1]), _model_at(model, error["loc"][:-1]))
    given = _quoted(error["input"])
    expected = str(error.get("ctx", {}).get("expected", ""))
    sentences = {
        "missing": sentence("this key is missing"),
        "literal_error": _not_one_of(error["input"], expected),
        "string_type": sentence("{given} is not text; put it in quotes if it is meant as text", given=given),
        "int_type": joined((sentence("{given} is not a whole number", given=given), *_unquoted(error["input"])), "; "),
        "bool_type": joined(
            (sentence("{given} is neither true nor false", given=given), *_unquoted(error["input"])), "; "
        ),
        "tuple_type": sentence("{given} is not a list; write one entry per line, each after “- ”", given=given),
        "path_type": sentence("{given} is not a path", given=given),
        "is_instance_of": sentence("{given} is not a path", given=given),
        "model_type": sentence("keys with values belong here, indented by two spaces"),
    }
    return sentences.get(error["type"]) or _own(error)


def _own(error: ErrorDetails) -> str:
    """Return what the field itself has said, which may be a sentence that can be translated."""
    raised = error.get("ctx", {}).get("error")
    if isinstance(raised, ValueError) and raised.args and isinstance(raised.args[0], Sentence):
        return raised.args[0]
    return error["msg"].removeprefix("Value error, ")


def _not_one_of(value: object, expected: str) -> Sentence:
    options = [option.strip("' ") for option in expected.replace(" or ", ", ").split(",")]
    problem = sentence("{given} is not one of {expected}", given=_quoted(value), expected=", ".join(options))
    near = next(iter(difflib.get_close_matches(str(value).lower(), options, n=1)), None)
    return problem if near is None else joined((problem, sentence("did you mean {name}?", name=near)), "; ")


def _quoted(value: object) -> str:
    match value:
        case None:
            return sentence("nothing")
        case bool():
            return str(value).lower()
        case _:
            return f"{value!r:.60}"


def _unquoted(value: object) -> Iterator[Sentence]:
    if isinstance(value, str):
        yield sentence("write it without quotes")


def _unknown(key: str, model: type[BaseModel] | None) -> str:
    fields = list(model.model_fields) if model else []
    near = difflib.get_close_matches(key.lower().replace("-", "_"), fields, n=1)
    if near:
        return sentence("unknown key; did you mean {name}?", name=near[0])
    return sentence("unknown key; possible ones are {names}", names=", ".join(fields))


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    """The settings class that stands at *path* below *model*."""
    annotation: Any = model
    for key in path:
        if isinstance(key, str):
            annotation = annotation.model_fields[key].annotation
            continue
        annotation = get_args(annotation)[0]
    if isinstance(annotation, types.UnionType):
        return None
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
