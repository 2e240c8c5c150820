"""YAML read with its positions, in the small part of the language that settings need."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Key = str | int
KeyPath = tuple[Key, ...]

_DEEPEST = 12
_SCALARS = {f"tag:yaml.org,2002:{each}" for each in ("str", "int", "float", "bool", "null", "timestamp")}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a line (counted from 1) and key path of a file."""

    line: int
    path: KeyPath
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one YAML file, the line of each key path, and what was wrong with the writing itself."""

    data: Any
    lines: dict[KeyPath, int]
    problems: tuple[Problem, ...] = ()

    def line(self, path: KeyPath) -> int:
        """The line of *path*, or of its nearest ancestor that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Document:
    """Parse *text*; whatever is wrong is in the result's ``problems``, and nothing is raised.

    No aliases (so no "billion laughs"), no tags, no depth beyond a dozen: settings need none of them.
    """
    try:
        problems = tuple(_refused(text))
        if problems:
            return Document(None, {}, problems)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line = mark.line + 1 if mark else 1
        return Document(None, {}, (Problem(line, (), f"this is not YAML: {_explained(exc)}"),))
    except yaml.YAMLError as exc:
        return Document(None, {}, (Problem(1, (), f"this is not YAML: {str(exc).splitlines()[0]}"),))
    reading = _Reading()
    data = reading.value(node, ()) if node is not None else None
    return Document(data, reading.lines, tuple(reading.problems))


def _explained(exc: yaml.MarkedYAMLError) -> str:
    text = ", ".join(each for each in (exc.context, exc.problem) if each)
    return f"{text} (a tab? indent with spaces)" if "\\t" in text else text


def _refused(text: str) -> Iterator[Problem]:
    # Events come from a parser that does not recurse, so this pass also protects the next one, which does.
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                yield Problem(line, (), "a second document begins here; one file holds one")
                return
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            yield Problem(line, (), "anchors (&) and aliases (*) are not allowed; write the value out, or quote it")
            return
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            yield Problem(line, (), "this is nested too deeply")
            return


@dataclass(slots=True)
class _Reading:
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _constructor: Any = field(default_factory=yaml.constructor.SafeConstructor)

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.value(each, (*path, index)) for index, each in enumerate(node.value)]
            case _:
                return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            here = (*path, key)
            line = key_node.start_mark.line + 1
            if key in found:
                first = self.lines[here]
                self.problems.append(Problem(line, here, f"this key is already on line {first}; keep one of them"))
                continue
            self.lines[here] = line
            found[key] = self.value(value_node, here)
        return found

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        if node.tag not in _SCALARS:
            self.problems.append(Problem(self.lines[path], path, f"the tag {node.tag} is not allowed"))
            return None
        # A date is nothing that settings have: what was written is more useful in an error than what YAML makes of it.
        if node.tag.endswith(":timestamp"):
            return node.value
        try:
            return self._constructor.construct_object(node)
        except (ValueError, yaml.YAMLError):
            self.problems.append(Problem(self.lines[path], path, "this value cannot be read; put it in quotes"))
            return None
