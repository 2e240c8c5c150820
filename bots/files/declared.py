"""What the library and the links to it need of the process (pure)."""

from typing import Final

from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.talk.runner import Runners
from bots.files.library.commands import files
from bots.files.sharing.commands import sharing

FILES: Final = Declaration("files", lambda _: files())
SHARING: Final = Declaration("sharing", lambda ports: sharing(ports.one(Runners, "sharing").by_kind))
