"""What can be wrong with a configuration.

ConfigError
├── MalformedId          a Matrix identifier that is none: fix whoever wrote it
└── InvalidSettings      a YAML file that cannot be used: fix the file, line and key that it names
"""

from config.sentence import sentence


class ConfigError(Exception):
    """Something in the configuration must be corrected before we can go on."""

    @property
    def sentence(self) -> str:
        """What is wrong, as a ``Sentence`` where it can be said in other languages."""
        first = self.args[0] if self.args else ""
        return first if isinstance(first, str) else str(self)


class MalformedId(ConfigError, ValueError):
    """A string is not the identifier that it should be."""

    def __init__(self, noun: str, raw: object) -> None:
        super().__init__(sentence("{raw} is not a valid {noun}", raw=f"{raw!r:.80}", noun=noun))
        self.noun = noun
        self.raw = raw


class InvalidSettings(ConfigError):
    """A settings file cannot be used; the message names file, line, key and remedy."""
