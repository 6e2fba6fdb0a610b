"""Logs as lines of JSON, which people and programs can both read."""

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """{"at", "level", "logger", "says"}, and "trace" where something was raised."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "says": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
