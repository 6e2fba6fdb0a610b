"""Keeps processes running side by side: the web server and the workers of one machine."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from typing import Protocol

# Seconds that the programs have to end in when asked to; a job cut off then is taken up again elsewhere.
PATIENCE = 30
# A program that ends again and again is started less and less often, down to once in so many seconds.
LONGEST_PAUSE = 60


class Process(Protocol):
    """What a supervisor asks of a `subprocess.Popen` or a `Fork`."""

    def poll(self) -> int | None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class Fork(ForkProcess):
    """A copy of this process that runs a function; begun at once."""

    def __init__(self, function: Callable[[], object]) -> None:
        super().__init__(target=function)
        self.start()

    def poll(self) -> int | None:
        return self.exitcode


@dataclass
class Program:
    """One child process; `vital` if the others make no sense without it."""

    name: str
    launch: Callable[[], Process]
    vital: bool = False
    process: Process | None = None
    started: float = 0
    pause: float = 0

    def start(self) -> None:
        self.process = self.launch()
        self.started = time.monotonic()

    def ended(self) -> int | None:
        """The exit code, once, when it has ended by itself."""
        code = self.process.poll() if self.process else None
        if code is not None:
            self.process = None
            lived_long = time.monotonic() - self.started > LONGEST_PAUSE
            self.pause = 1 if lived_long else min(self.pause * 2 or 1, LONGEST_PAUSE)
            self.started = time.monotonic()
        return code

    def is_due(self) -> bool:
        return self.process is None and time.monotonic() - self.started >= self.pause


def until_told_to_stop() -> Callable[[], bool]:
    """Whether no SIGINT or SIGTERM has come since, which do no more than that; a fork is told by its own."""
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: told.append(number))
    return lambda: not told


def keep_running(programs: list[Program], goes_on: Callable[[], bool], say: Callable[[str], None]) -> int:
    """Run the programs for as long as `goes_on()` says so (returns 0) or until a vital one ends (returns 1)."""
    try:
        while goes_on():
            for program in programs:
                code = program.ended()
                if code is not None and program.vital:
                    say(f"{program.name} ended with code {code}: stopping.")
                    return 1
                if code is not None:
                    say(f"{program.name} ended with code {code}: starting it again in {program.pause} s.")
                if program.is_due():
                    program.start()
            time.sleep(0.1)
        return 0
    finally:
        _stop([program.process for program in programs if program.process])


def _stop(running: list[Process]) -> None:
    for process in running:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running:
        while process.poll() is None:
            if time.monotonic() > deadline:
                process.kill()
            time.sleep(0.05)
