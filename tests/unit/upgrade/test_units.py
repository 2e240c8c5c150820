"""What an upgrade reads out of the units that `beffroi systemd` has written."""

import pytest

from bridge.operate.services.drivers.systemd import as_word
from bridge.upgrade.errors import NotReady
from bridge.upgrade.units import setting, words


@pytest.mark.parametrize(
    "path",
    [
        "/srv/beffroi/beffroi.py",
        "/srv/l'été à 100 %/$HOME/beffroi.py",
        '/srv/a "b"/c\\d/beffroi.py',
        "/srv/a;b/%h/x.py",
    ],
)
def test_a_program_is_read_back_as_it_was_written(path: str) -> None:
    """Whatever its folder is called: of it the version that runs is known, and gone back to."""
    line = f"ExecStart={as_word('/usr/bin/python')} {as_word(path)} assistant run"

    assert words(setting(f"[Service]\n{line}\n", "ExecStart")) == ["/usr/bin/python", path, "assistant", "run"]


def test_a_unit_that_lacks_what_is_needed_is_said() -> None:
    with pytest.raises(NotReady, match="User="):
        setting("[Service]\nExecStart=/bin/true\n", "User")
