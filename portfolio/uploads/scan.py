"""Asking clamd, the virus scanner, by its INSTREAM command."""

import contextlib
import select
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from portfolio.models import Scan

PIECE = 256 * 1024
# Seconds; a large archive takes a while.
PATIENCE = 300
# What clamd answers, as a find, to a file that it did not look at to its end.
_UNFINISHED = "Heuristics.Limits.Exceeded"


class Unreachable(Exception):
    """The scanner does not answer, or does not make sense."""


@dataclass(frozen=True)
class Verdict:
    scan: Scan
    virus: str = ""


def at_first() -> Scan:
    """What is known of a file that has just arrived."""
    return Scan.WAITING if settings.CLAMD else Scan.NOT_CONFIGURED


def scan(size: int, pieces: Iterable[bytes]) -> Verdict:
    """What clamd says of a file. One that it does not take, or not to its end, is never called clean."""
    if size > settings.CLAMD_LIMIT:
        return Verdict(Scan.NOT_SCANNED)
    try:
        with _connected() as scanner:
            _send(scanner, pieces)
            return _verdict(_answer(scanner))
    except OSError as error:
        raise Unreachable(str(error)) from error


def _connected() -> socket.socket:
    if settings.CLAMD.startswith("/"):
        scanner = socket.socket(socket.AF_UNIX)
        scanner.settimeout(PATIENCE)
        try:
            scanner.connect(settings.CLAMD)
        except OSError:
            scanner.close()
            raise
        return scanner
    host, _colon, port = settings.CLAMD.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def _send(scanner: socket.socket, pieces: Iterable[bytes]) -> None:
    # When it takes no more it answers and hangs up.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        scanner.sendall(b"zINSTREAM\0")
        for piece in pieces:
            if select.select([scanner], [], [], 0)[0]:
                return
            scanner.sendall(struct.pack("!L", len(piece)) + piece)
        scanner.sendall(struct.pack("!L", 0))


def _answer(scanner: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and (more := scanner.recv(4096)):
        answer += more
    return answer.rstrip(b"\0").decode(errors="replace")


def _verdict(answer: str) -> Verdict:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict(Scan.CLEAN)
    if "size limit exceeded" in said:
        return Verdict(Scan.NOT_SCANNED)
    virus, _space, found = said.rpartition(" ")
    if found != "FOUND":
        raise Unreachable(f"clamd answered: {answer}")
    return Verdict(Scan.NOT_SCANNED) if virus.startswith(_UNFINISHED) else Verdict(Scan.INFECTED, virus[:200])
