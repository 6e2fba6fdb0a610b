"""Files that the storage lost or changed behind the application's back."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client

from portfolio.uploads.receive import receive
from tests import factories
from tests.portfolio import samples


@pytest.fixture
def evidence(enrolment):
    files = [receive(samples.upload("un.txt", b"one")), receive(samples.upload("dau.txt", b"two"))]
    return factories.make_evidence(enrolment, files=files)


def test_whole_files_are_fine(evidence, capsys):
    call_command("verify_files")
    assert "Every file is as it arrived." in capsys.readouterr().out


@pytest.mark.parametrize("instead", [None, b"One"])
def test_a_file_that_is_missing_or_altered_is_reported_and_shown_as_damaged(
    evidence, instead, capsys, language
):
    file = evidence.files.first()
    default_storage.delete(file.file.name)
    if instead:
        default_storage.save(file.file.name, ContentFile(instead))
    with pytest.raises(SystemExit):
        call_command("verify_files")
    said = capsys.readouterr().err.splitlines()
    assert said == [f"evidencefile:{file.uid}: the file {'was altered' if instead else 'is missing'}"]
    client = Client()
    client.force_login(evidence.started_by)
    page = client.get(f"/{language}/evidence/{evidence.uid}/edit/").content.decode()
    assert page.count({"cy": "Wedi’i difrodi", "en": "Damaged:"}[language]) == 1
    default_storage.save(file.file.name, ContentFile(b"one"))
    call_command("verify_files")
    file.refresh_from_db()
    assert file.damaged_at is None
