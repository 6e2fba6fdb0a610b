"""A worker that kills itself: `python -m tests.uploads.crash <before|after> <dotted name of a function>`."""

import os
import signal
import sys
from unittest.mock import patch

import django

django.setup()

from django.utils.module_loading import import_string  # noqa: E402

from jobs import runner  # noqa: E402


def main(when: str, name: str) -> None:
    function = import_string(name)

    def dies(*arguments, **named):
        if when == "after":
            function(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    with patch(name, dies):
        runner.run_waiting()


if __name__ == "__main__":
    main(*sys.argv[1:])
