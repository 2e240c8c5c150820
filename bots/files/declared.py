"""What the library and the links to it need of other capabilities, and of the process (pure)."""

from typing import Final

from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.talk.later.runner import Runners
from bots.assistant.talk.offers.agenda import Meetings
from bots.assistant.talk.offers.opening import FileOpener
from bots.files.library.commands import files
from bots.files.sharing.commands import sharing

FILES: Final = Declaration("files", lambda ports: files(ports.all(FileOpener), ports.first(Meetings)))
SHARING: Final = Declaration("sharing", lambda ports: sharing(ports.one(Runners, "sharing").by_kind))
