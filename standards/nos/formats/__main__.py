"""The process in which one untrusted file is read: `python -m standards.nos.formats FORMAT < file > lines`."""

import json
import resource
import sys
from dataclasses import astuple

from standards.nos.formats import MOST_LINES, SECONDS, reader

MEMORY = 768 * 1024 * 1024

resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
lines = reader(sys.argv[1])(sys.stdin.buffer.read())
json.dump([astuple(line) for line in lines[: MOST_LINES + 1]], sys.stdout)
