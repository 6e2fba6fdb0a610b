"""Files in an S3-compatible storage: moto's server, reached over HTTP as the real one is."""

import hashlib
import urllib.request
import uuid

import boto3
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from jobs import runner
from portfolio.models import EvidenceFile
from tests.portfolio import samples


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(settings, endpoint, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    name = f"evidence-{uuid.uuid4().hex}"
    options = {"bucket_name": name, "endpoint_url": endpoint, "region_name": "eu-west-2"}
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": options | {"addressing_style": "path", "signature_version": "s3v4"},
        }
    }
    settings.FILES_SIGNED = True
    s3 = boto3.resource("s3", endpoint_url=endpoint, region_name="eu-west-2")
    return s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})


def test_a_file_goes_to_the_bucket_and_is_fetched_there_by_a_signed_address(tus, bucket, staging):
    tus.sent(samples.photo(), "llun tŷ.jpg")
    runner.run_waiting()
    file = EvidenceFile.objects.get()
    assert file.previews.count() == 2
    assert not list(staging.iterdir())
    assert bucket.Object(file.file.name).content_length == file.size
    answer = tus.client.get(f"/files/{file.uid}/")
    assert answer.status_code == 302
    assert "Signature" in answer.url
    with urllib.request.urlopen(answer.url) as fetched:
        assert hashlib.sha256(fetched.read()).hexdigest() == file.sha256
        assert fetched.headers["Content-Type"] == "image/jpeg"
        assert fetched.headers["Content-Disposition"].startswith("inline; filename*=utf-8''llun")
    part = urllib.request.Request(answer.url, headers={"Range": "bytes=10-19"})
    with urllib.request.urlopen(part) as fetched:
        assert (fetched.status, fetched.read()) == (206, samples.photo()[10:20])
    preview = tus.client.get(f"/files/{file.uid}/previews/0/")
    with urllib.request.urlopen(preview.url) as fetched:
        assert fetched.headers["Content-Type"] == "image/jpeg"


def test_a_file_gone_from_the_bucket_is_damaged(tus, bucket):
    tus.sent(b"words")
    runner.run_waiting()
    file = EvidenceFile.objects.get()
    default_storage.delete(file.file.name)
    assert tus.client.get(f"/files/{file.uid}/").status_code == 410
