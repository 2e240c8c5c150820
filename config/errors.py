"""What can be wrong with a configuration.

ConfigError
├── MalformedId          a Matrix identifier that is none: fix whoever wrote it
└── InvalidSettings      a YAML file that cannot be used: fix the file, line and key that it names
"""


class ConfigError(Exception):
    """Something in the configuration must be corrected before we can go on."""


class MalformedId(ConfigError, ValueError):
    """A string is not the identifier that it should be."""

    def __init__(self, noun: str, raw: object) -> None:
        super().__init__(f"{raw!r:.80} is not a valid {noun}")
        self.noun = noun
        self.raw = raw


class InvalidSettings(ConfigError):
    """A settings file cannot be used; the message names file, line, key and remedy."""
