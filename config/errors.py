"""What can be wrong with a configuration.

ConfigError
├── MalformedId          a Matrix identifier that is none: fix whoever wrote it
└── InvalidSettings      a YAML file that cannot be used: fix the file, line and key that it names
"""

from config.sentence import Sentence, sentence


class ConfigError(Exception):
    """Something in the configuration must be corrected before we can go on."""

    def __init__(self, what: Sentence) -> None:
        super().__init__(what)
        self.sentence = what


class MalformedId(ConfigError, ValueError):
    """A string is not the identifier that it should be."""

    def __init__(self, noun: Sentence, raw: object) -> None:
        super().__init__(sentence("{raw} is not a valid {noun}", raw=f"{raw!r:.80}", noun=noun))
        self.noun = noun
        self.raw = raw


class InvalidSettings(ConfigError):
    """A settings file cannot be used; the message names file, line, key and remedy."""
