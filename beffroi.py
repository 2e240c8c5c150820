"""Hand over to the command line interface; ``./beffroi`` runs this file with the checkout's own Python."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - run by hand, this file must say so itself
    sys.exit("beffroi: Python 3.11 or newer is needed; ./beffroi finds one, or set BEFFROI_PYTHON")

from bridge.cli.main import main

if __name__ == "__main__":
    main()
