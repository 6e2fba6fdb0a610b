"""A whole installation on a database of its own, with processes that can be killed."""

import http.client
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests import factories
from tests.processes import kill, own_database
from tests.uploads.conftest import encoded

PATCH = {"Content-Type": "application/offset+octet-stream"}


class House:
    """Its processes, and a learner with a portfolio who speaks tus to it."""

    def __init__(self, database_url: str, folder: Path):
        self.folder = folder
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "TYSTIO_DATA": str(folder),
            "TYSTIO_JOBS_LEASE": "2",
        }
        self.processes = []

    def settle(self) -> None:
        provider = factories.make_provider()
        manager = factories.make_member(provider, "manager")
        programme = factories.make_programme(provider, manager, [factories.make_standard()])
        learner = factories.make_member(provider, "learner")
        self.sign_in(factories.make_enrolment(programme, manager, learner))

    def sign_in(self, enrolment) -> None:
        """Speak for this learner from now on."""
        self.enrolment = enrolment
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(enrolment.learner)
        page = client.get(f"/en/portfolios/{enrolment.uid}/evidence/new/").content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
        cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
        self.headers = {"Cookie": cookies, "X-CSRFToken": token, "Tus-Resumable": "1.0.0"}

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        command = [sys.executable, *arguments]
        process = subprocess.Popen(command, cwd=settings.BASE, env=self.environment, **options)
        self.processes.append(process)
        return process

    def serve(self, workers: int = 0, port: int = 0) -> subprocess.Popen:
        """The web server on a free port, and workers beside it."""
        options = ["--port", str(port), "--workers", str(workers)]
        server = self.start("manage.py", "serve", *options, stdout=subprocess.PIPE, text=True)
        self.address = urlsplit(server.stdout.readline().split()[3]).netloc
        return server

    def request(self, method: str, path: str, body=None, **headers: str):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        connection.request(method, path, body, self.headers | headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer

    def begin(self, size: int, name: str = "film.pdf") -> str:
        """The path of a new upload."""
        uid = uuid.uuid4()
        about = {"uid": uid, "piece": uuid.uuid4(), "enrolment": self.enrolment.uid, "filename": name}
        said = ",".join(f"{key} {encoded(str(value))}" for key, value in about.items())
        answer = self.request("POST", "/uploads/", **{"Upload-Length": str(size), "Upload-Metadata": said})
        assert answer.status == 201, answer.text
        return f"/uploads/{uid}/"

    def send(self, path: str, content: bytes, at: int = 0) -> None:
        answer = self.request("PATCH", path, content, **PATCH, **{"Upload-Offset": str(at)})
        assert answer.status == 204, answer.text

    def send_and_stall(self, path: str, part: bytes, at: int, whole: int) -> http.client.HTTPConnection:
        """A request that says it has the rest of the file, and then sends no more than `part`."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        connection.putrequest("PATCH", path)
        said = {"Upload-Offset": str(at), "Content-Length": str(whole - at)}
        for name, value in (self.headers | PATCH | said).items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(part)
        return connection

    def close(self) -> None:
        for process in self.processes:
            kill(process)
            if process.stdout:
                process.stdout.close()


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """One in `folder`."""
    with own_database(folder) as (_connection, url):
        built = House(url, folder)
        try:
            call_command("migrate", verbosity=0)
            built.settle()
            yield built
        finally:
            built.close()
