"""Commands that act on a town are for the account that it belongs to, and for nobody else, root included."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import Collectivity


def want_owned(collectivity: "Collectivity") -> None:
    """Raise ``InvalidSettings`` where the town's data are another account's; in containers the host's do not count.

    One backup by sudo, and the nightly ones could not read what stands beside theirs; one `up` by sudo, and `down`
    would find nothing that it may stop.
    """
    from config.folders import want_owner  # noqa: PLC0415 - imported late: this is read at every start

    if not collectivity.containers:
        want_owner(collectivity.paths.data)
