"""Structured logs: one JSON object a line on stderr. No text, name, number or token of anybody is put into them."""

import logging
import sys

import structlog


def set_up_logs(level: int = logging.INFO) -> None:
    """Send the logs of this process, and those of the libraries that use `logging`, to stderr as JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # What standard error is now.
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer(), foreign_pre_chain=shared)
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
