"""Settings of the tests: everything as in production but for speed and places."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TYSTIO_DATA" not in os.environ:
    os.environ["TYSTIO_DATA"] = tempfile.mkdtemp(prefix="tystio-test-")
    atexit.register(shutil.rmtree, os.environ["TYSTIO_DATA"], ignore_errors=True)
os.environ.setdefault("TYSTIO_DEMO", "yes")

from config.settings import *  # noqa: F403
from config.settings import DATA, DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES

# A request that asks the database once for each row fails.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
# Several acts in one request are several events, each of which locks the head of its chain.
ZEAL_ALLOWLIST = [{"model": "ledger.Chain", "field": "*"}]

# A database that somebody still holds open cannot be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0
# With all tables in it, if there is one (tests/postgres.py): they take seconds to make.
DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("TYSTIO_TEST_TEMPLATE")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, as in production: in memory, two connections refuse each other instead of waiting.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"

SECRET_KEY = "tests"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = Path(DATA) / "files"
# Whitenoise warns of a missing folder, and warnings are errors.
(Path(DATA) / "static").mkdir(exist_ok=True)
