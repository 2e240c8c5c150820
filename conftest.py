"""Found by pytest wherever it is started from: the options must exist before ``tests/`` is looked at."""

pytest_plugins = ["tests.plugin"]
