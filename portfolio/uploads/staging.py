"""The pieces of uploads, in a folder that all web processes and workers share.

How far an upload is, its file tells by its size. What was written before a process was killed is there, and there is
nothing else that would have to agree with it.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from uuid import UUID

from django.conf import settings

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Conflict(Exception):
    """What is there ends elsewhere: somebody else went on with the same upload."""


class NoRoom(Exception):
    """The disk is full. What had arrived is kept."""


def path(uid: UUID) -> Path:
    return settings.STAGING / f"{uid.hex}.part"


def offset(uid: UUID) -> int:
    """How many bytes have arrived."""
    try:
        return path(uid).stat().st_size
    except FileNotFoundError:
        return 0


def make_room(size: int) -> None:
    """Raise NoRoom if so many bytes would not fit."""
    settings.STAGING.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.STAGING).free < size:
        raise NoRoom


def append(uid: UUID, at: int, pieces: Iterable[bytes]) -> int:
    """Write the pieces behind the first `at` bytes; returns how many there are then.

    No lock is held while the next piece is on its way, which may take for ever: each is written only if the file still
    ends where this writer left it. So a connection that has died without a sign is in nobody's way.
    """
    with open(path(uid), "ab", buffering=0, opener=_private) as file:
        for piece in pieces:
            _write(file, at, piece)
            at += len(piece)
    return at


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, settings.FILE_UPLOAD_PERMISSIONS)


def _write(file: FileIO, at: int, piece: bytes) -> None:
    rest = memoryview(piece)
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        if os.fstat(file.fileno()).st_size != at:
            raise Conflict
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        raise NoRoom if error.errno in _FULL else error
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def tail(uid: UUID, length: int) -> bytes:
    """The last so many bytes of what has arrived."""
    end = offset(uid)
    if not end:
        return b""
    with path(uid).open("rb") as file:
        file.seek(max(end - length, 0))
        return file.read(end - file.tell())


def settle(uid: UUID) -> None:
    """Have the disk write what has arrived, so that a power cut cannot take it back."""
    with path(uid).open("rb") as file:
        os.fsync(file.fileno())


def remove(uid: UUID) -> None:
    path(uid).unlink(missing_ok=True)
