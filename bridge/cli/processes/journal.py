"""What a process of a town writes to its log: one JSON object a line, on stderr, also where the disk is full."""

import logging

from bridge.cli.processes.lean import without
from bridge.cli.terminal.heedless import heedless


def log_lines(*, failures: bool = False) -> None:
    """Have this process log so from now on; to be called before anything else is imported that may log.

    *failures*: with tracebacks, which who serves strangers leaves out, because they may hold what was sent.
    """
    # structlog loads these wherever they are installed, for consoles and for Twisted's logs, and we install both for
    # others: 5 MiB of a process for nothing.
    with without("rich", "twisted"):
        import structlog  # noqa: PLC0415 - these take half a second to import, and commands are read at every start

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *((structlog.processors.format_exc_info,) if failures else ()),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=heedless(2)),
    )
