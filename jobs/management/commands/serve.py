"""`manage.py serve`: the whole of Tystio on one machine."""

import os
import socket
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from jobs.management.commands.work import forks
from jobs.supervisor import Program, keep_running, until_told_to_stop


class Command(BaseCommand):
    help = "Runs the web server and the background workers together, until it is told to stop."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen on.")
        parser.add_argument(
            "--port", type=int, default=8000, help="The port to listen on; 0 for any free one."
        )
        parser.add_argument("--workers", type=int, default=2, help="How many jobs run at the same time.")

    def handle(self, *, host: str, port: int, workers: int, **options) -> None:
        try:
            # Opened here, so that a taken port is one clear line, and callers wait until the server is up.
            listener = socket.create_server((host, port), backlog=512)
        except OSError as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}.")
        env = environment(f"http://{host}:{listener.getsockname()[1]}")
        if not static_files_are_current():
            call_command("collectstatic", interactive=False, verbosity=0)
        # Workers are forks of this process, which read its settings before it knew where it listens.
        settings.ADDRESS = env["TYSTIO_ADDRESS"]
        tempfile.tempdir = env["TMPDIR"]
        goes_on = until_told_to_stop()
        web = Program("The web server", partial(gunicorn, listener, env), vital=True)
        programs = [web, *(forks(workers, goes_on) if workers else [])]
        self.stdout.write(f"Tystio is at {settings.ADDRESS}/ (Ctrl-C stops it).")
        self.stdout.flush()
        sys.exit(keep_running(programs, goes_on, self.stderr.write))


def gunicorn(listener: socket.socket, env: dict[str, str]) -> subprocess.Popen:
    """Threads, because an upload on a slow line takes minutes; they do not count towards the timeout."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}"]
    command += ["--worker-class", "gthread", "--threads", "8", "--timeout", "120", "--graceful-timeout", "25"]
    command += ["--no-control-socket", "--log-level", "warning"]
    # The sign of life of its processes is a file: in memory, where a busy disk cannot delay it.
    command += ["--worker-tmp-dir", "/dev/shm"] if Path("/dev/shm").is_dir() else []  # noqa: S108
    # From here on the socket is its alone. In a session of its own, so that Ctrl-C reaches it in order.
    with listener:
        return subprocess.Popen(command, env=env, pass_fds=[listener.fileno()], start_new_session=True)  # noqa: S603


def environment(address: str) -> dict[str, str]:
    """Uploads in progress go to the disk that will hold them; gunicorn is told how many processes to run.

    Letters and reports name this address unless the environment knows the one by which people come.
    """
    incoming = settings.DATA / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    here = {"TMPDIR": str(incoming), "PYTHONPATH": str(settings.BASE)}
    return {"WEB_CONCURRENCY": "2", "TYSTIO_ADDRESS": address} | dict(os.environ) | here


def static_files_are_current() -> bool:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return False
    collected = manifest.stat().st_mtime
    sources = (storage.path(path) for finder in get_finders() for path, storage in finder.list([]))
    return all(Path(source).stat().st_mtime <= collected for source in sources)
