"""Imports every package's tables, so that ``metadata`` is whole: for the composition root, migrations and tests."""

import bots.assistant.store.tables
import bots.boxes.office.tables
import bots.events.feeds.keeping.tables
import bots.events.followed.reading.tables
import bots.files.keeping.tables
import bots.files.publishing.tables
import bots.files.scanning.tables
import bots.matrix.crypto.tables
import bots.matrix.tables
import bots.register.store.tables  # noqa: F401
from bots.database.engine import metadata

__all__ = ["metadata"]
