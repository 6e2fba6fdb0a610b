"""kill -9 of the web server and of workers, anywhere: nothing is lost and nothing is there twice."""

import hashlib
import os
import random
import signal
import uuid
from functools import partial

import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from jobs import runner
from jobs.models import Job
from portfolio.models import EvidenceFile, Upload
from portfolio.services import uploads as services
from tests.jobs.conftest import until
from tests.processes import kill
from tests.uploads.house import house

pytestmark = pytest.mark.database

SIZE = 16 * 1024**2
UPLOADS = "portfolio.services.uploads"
POINTS = [
    ("before", f"{UPLOADS}._looked_at"),
    ("after", f"{UPLOADS}._looked_at"),
    ("after", f"{UPLOADS}._put"),
    ("before", f"{UPLOADS}._hand_over"),
    ("after", "portfolio.services.evidence._store"),
    ("after", f"{UPLOADS}._hand_over"),
    ("before", "portfolio.uploads.staging.remove"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), house(tmp_path_factory.mktemp("house")) as built:
        yield built


@pytest.fixture
def here(home, settings):
    """The same places in this process. What one test has started does not work for the next."""
    settings.STAGING = home.folder / "incoming"
    settings.MEDIA_ROOT = home.folder / "files"
    yield home
    home.close()


def content() -> bytes:
    return b"%PDF-1.7\n" + random.randbytes(SIZE - 9)


def test_a_killed_server_has_kept_what_arrived(here):
    film = content()
    server = here.serve()
    path = here.begin(SIZE)
    offset = 0
    for _cut in range(3):
        connection = here.send_and_stall(path, film[offset : offset + SIZE // 4], offset, SIZE)
        until(partial(arrived, here, path, offset + SIZE // 8))
        kill(server)
        connection.close()
        server.stdout.close()
        server = here.serve()
        answer = here.request("HEAD", path)
        assert offset + SIZE // 8 <= int(answer.headers["Upload-Offset"]) <= offset + SIZE // 4
        offset = int(answer.headers["Upload-Offset"])
    here.send(path, film[offset:], at=offset)
    runner.run_waiting()
    upload = Upload.objects.get()
    assert (upload.state, upload.sha256) == ("stored", hashlib.sha256(film).hexdigest())
    assert stored(EvidenceFile.objects.get()) == film
    kill(server)


def arrived(home, path: str, size: int) -> bool:
    return int(home.request("HEAD", path).headers["Upload-Offset"]) >= size


def stored(file: EvidenceFile) -> bytes:
    with FileSystemStorage().open(file.file.name) as kept:
        return kept.read()


def arrive(enrolment, name: str, film: bytes) -> None:
    """A whole upload, before any worker has seen it."""
    about = {"piece": uuid.uuid4(), "uid": uuid.uuid4(), "name": name, "size": len(film), "language": "cy"}
    upload = services.begin(by=enrolment.learner, enrolment=enrolment, **about)
    services.append(upload=upload, at=0, parts=[film])


@pytest.mark.parametrize(("when", "where"), POINTS)
def test_a_worker_killed_anywhere_is_taken_over_from(here, when, where):
    EvidenceFile.objects.all().delete()
    Upload.objects.all().delete()
    film = content()
    arrive(here.enrolment, "film.pdf", film)
    worker = here.start("-m", "tests.uploads.crash", when, where)
    assert worker.wait(60) == -signal.SIGKILL
    Job.objects.filter(state="running").update(lease_ends_at=timezone.now())
    until(runner.run_waiting)
    upload = Upload.objects.get()
    assert (upload.state, upload.sha256) == ("stored", hashlib.sha256(film).hexdigest())
    file = EvidenceFile.objects.get()
    assert file.uid == upload.uid
    assert stored(file) == film
    assert not list(here.folder.joinpath("incoming").iterdir())


def test_workers_killed_at_random_lose_none_of_twenty(here):
    EvidenceFile.objects.all().delete()
    Upload.objects.all().delete()
    films = {}
    for number in range(20):
        films[f"{number}.txt"] = film = f"Nodyn {number}. ".encode() * 50_000
        arrive(here.enrolment, f"{number}.txt", film)
    for number in (3, 11):
        worker = here.start("manage.py", "work")
        until(EvidenceFile.objects.filter(name=f"{number}.txt").exists)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    here.start("manage.py", "work")
    until(lambda: EvidenceFile.objects.count() == 20 and not Job.objects.unfinished().filter(due_at=None))
    assert {file.name: stored(file) for file in EvidenceFile.objects.all()} == films
    assert not list(here.folder.joinpath("incoming").iterdir())
