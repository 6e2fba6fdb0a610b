"""A learner with a portfolio, and a client that speaks tus by hand."""

import base64
import uuid

import pytest
from django.test import Client

from portfolio.models import Upload
from tests import factories


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


class Tus:
    """One person's browser, sending one file for one piece of evidence."""

    def __init__(self, person, enrolment, piece=None, language="en"):
        self.client = Client(headers={"tus-resumable": "1.0.0", "accept-language": language})
        self.client.force_login(person)
        self.enrolment, self.piece, self.uid = enrolment, piece or uuid.uuid4(), uuid.uuid4()

    @property
    def address(self) -> str:
        return f"/uploads/{self.uid}/"

    @property
    def upload(self) -> Upload:
        return Upload.objects.get(uid=self.uid)

    def begin(self, size: int, name: str = "notes.txt"):
        about = {"uid": self.uid, "piece": self.piece, "enrolment": self.enrolment.uid, "filename": name}
        said = ",".join(f"{key} {encoded(str(value))}" for key, value in about.items())
        return self.client.post("/uploads/", headers={"upload-length": str(size), "upload-metadata": said})

    def send(self, content: bytes, at: int = 0, **headers: str):
        return self.client.patch(
            self.address,
            content,
            content_type="application/offset+octet-stream",
            headers={"upload-offset": str(at)} | headers,
        )

    def sent(self, content: bytes, name: str = "notes.txt"):
        """Begun and sent at once."""
        assert self.begin(len(content), name).status_code == 201
        return self.send(content)

    def offset(self) -> int:
        return int(self.client.head(self.address).headers["Upload-Offset"])

    def state(self) -> dict:
        return self.client.get(self.address).json()


@pytest.fixture
def staging(settings, tmp_path):
    settings.STAGING = tmp_path / "incoming"
    settings.STAGING.mkdir()
    return settings.STAGING


@pytest.fixture
def enrolment(db):
    provider = factories.make_provider()
    manager = factories.make_member(provider, "manager")
    programme = factories.make_programme(provider, manager, [factories.make_standard()])
    return factories.make_enrolment(
        programme,
        manager,
        factories.make_member(provider, "learner"),
        assessor=factories.make_member(provider, "assessor"),
    )


@pytest.fixture
def tus(enrolment, staging):
    return Tus(enrolment.learner, enrolment)
