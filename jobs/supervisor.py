"""Keeps programs running side by side: the web server and the workers of one machine."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

# Seconds that the programs have to end in when asked to; a job cut off then is taken up again elsewhere.
PATIENCE = 30
# A program that ends again and again is started less and less often, down to once in so many seconds.
LONGEST_PAUSE = 60


@dataclass
class Program:
    """One child process; `vital` if the others make no sense without it."""

    name: str
    command: list[str]
    env: dict[str, str]
    vital: bool = False
    # The number of an open socket that it takes over.
    socket: int | None = None
    process: subprocess.Popen | None = None
    started: float = 0
    pause: float = 0

    def start(self) -> None:
        # In a session of its own, so that Ctrl-C reaches it through its supervisor and in order.
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            env=self.env,
            start_new_session=True,
            pass_fds=() if self.socket is None else (self.socket,),
        )
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


def keep_running(programs: list[Program], say: Callable[[str], None]) -> int:
    """Run the programs until SIGINT or SIGTERM (returns 0) or until a vital one ends (returns 1)."""
    asked_to_stop = False

    def stop(*_args: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        while not asked_to_stop:
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
        _stop(program.process for program in programs)


def _stop(processes: Iterable[subprocess.Popen | None]) -> None:
    running = [process for process in processes if process]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
