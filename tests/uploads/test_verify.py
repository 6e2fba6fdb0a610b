"""Files that the storage lost or changed behind the application's back."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from portfolio.uploads.receive import receive
from tests import factories
from tests.portfolio import samples


@pytest.fixture
def evidence(enrolment):
    files = [receive(samples.upload("un.txt", b"one")), receive(samples.upload("dau.txt", b"two"))]
    return factories.make_evidence(enrolment, files=files)


def test_whole_files_are_fine_and_one_that_was_thrown_out_is_not_missed(evidence, capsys):
    file = evidence.files.first()
    evidence.files.filter(pk=file.pk).update(
        scan="infected", virus="Eicar", scanned_at=timezone.now(), removed_at=timezone.now()
    )
    default_storage.delete(file.file.name)
    call_command("verify_files")
    assert "Every file is as it arrived." in capsys.readouterr().out
    call_command("verify_ledger", "--files")
    assert "Everything fits." in capsys.readouterr().out


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
    with pytest.raises(SystemExit):
        call_command("verify_ledger", "--files")
    assert capsys.readouterr().err.splitlines() == [f"Does not fit: {said[0]}"]
    client = Client()
    client.force_login(evidence.started_by)
    page = client.get(f"/{language}/evidence/{evidence.uid}/edit/").content.decode()
    assert page.count({"cy": "Wedi’i difrodi", "en": "Damaged:"}[language]) == 1
    default_storage.save(file.file.name, ContentFile(b"one"))
    call_command("verify_files")
    file.refresh_from_db()
    assert file.damaged_at is None
