"""Settings of the tests: everything as in production but for speed and places."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("TYSTIO_DATA", tempfile.mkdtemp(prefix="tystio-test-"))
os.environ.setdefault("TYSTIO_DEMO", "yes")

from config.settings import *  # noqa: F403
from config.settings import DATA, STORAGES

SECRET_KEY = "tests"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = Path(DATA) / "files"
