"""All settings. Whatever differs between machines comes from the environment (see docs/operating.md)."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("TYSTIO_DEBUG", default=False)
# The demo has people whose password everybody knows: their addresses work nowhere else.
DEMO = env.bool("TYSTIO_DEMO", default=False)
SECRET_KEY = env.str("TYSTIO_SECRET_KEY", default="only-for-the-demo" if DEMO else environ.Env.NOTSET)
ALLOWED_HOSTS = env.list("TYSTIO_HOSTS", default=["127.0.0.1", "localhost"])
# Where people reach the site: what the QR code of a report says.
ADDRESS = env.str("TYSTIO_ADDRESS", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.list("TYSTIO_ORIGINS", default=[])
# Where this installation keeps what is not code: database, files, mail written in development.
DATA = Path(env.str("TYSTIO_DATA", default=str(BASE / "var")))

INSTALLED_APPS = [
    "config",
    "assessments",
    "portfolio",
    "standards",
    "accounts",
    "ledger",
    "jobs",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.MethodMiddleware",
    "accounts.middleware.SizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.NoticesMiddleware",
    "accounts.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# One database for all: SQLite beside the files unless DATABASE_URL names a PostgreSQL server.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA / 'tystio.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # SQLite makes its file, but not the folder.
    DATA.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON",
    }
else:
    # Its queries are short; compiling the long ones takes many times as long as running them.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c jit=off"
    # What a connection has asked three times it need not explain again: with many joins, planning takes most of the
    # time. Bound by the server, or every other id would make another question.
    DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}
    # Each thread keeps its connection for a minute: opening one costs more than most pages ask of it.
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Lockouts and rate limits count over all processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
# So many proxies stand in front, and each says in X-Forwarded-For who asked it: limits count by that address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TYSTIO_PROXIES", default=0)
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("cy", _("Welsh")), ("en", _("English"))]
LOCALE_PATHS = [BASE / "config" / "locale"]
FORMAT_MODULE_PATH = "config.formats"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE / "config" / "static"]
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
STORAGES = {
    # What is stored anew under its name replaces what a run that was cut short had left there.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"allow_overwrite": True},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# What is uploaded goes to disk in pieces, never whole into memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# The largest file that a form takes, in bytes.
UPLOAD_LIMIT = env.int("TYSTIO_UPLOAD_LIMIT", default=250 * 1024 * 1024)
# The largest file that arrives piece by piece; the folder, shared by all web processes and workers, in which the
# pieces gather; and for how many days an upload waits for the rest.
RESUMABLE_LIMIT = env.int("TYSTIO_RESUMABLE_LIMIT", default=2 * 1024**3)
STAGING = Path(env.str("TYSTIO_STAGING", default=str(DATA / "incoming")))
STAGING_DAYS = env.int("TYSTIO_STAGING_DAYS", default=7)
# Where clamd, the virus scanner, listens: "/path/of/its/socket" or "host:port"; nothing: there is none. And the
# largest file it takes, in bytes: keep its StreamMaxLength, MaxFileSize and MaxScanSize at this or above.
CLAMD = env.str("TYSTIO_CLAMD", default="")
CLAMD_LIMIT = env.int("TYSTIO_CLAMD_LIMIT", default=25 * 1024 * 1024)
# Where nginx finds the files (the address of an internal location), if it is to send them in our place.
FILES_ACCEL = env.str("TYSTIO_FILES_ACCEL", default="")

# EMAIL_BACKEND and whatever it needs, from one address.
vars().update(env.email_url("TYSTIO_EMAIL_URL", default=f"filemail:///{DATA.resolve() / 'mail'}"))
DEFAULT_FROM_EMAIL = env.str("TYSTIO_EMAIL_FROM", default="Tystio <tystio@localhost>")

# What happens to somebody within this time comes in one letter.
DIGEST_AFTER = timedelta(minutes=env.int("TYSTIO_DIGEST_MINUTES", default=15))

HTTPS = env.bool("TYSTIO_HTTPS", default=not (DEBUG or DEMO))
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Files in an S3-compatible storage instead of on the disk (install the extra `s3`; the keys come from the environment
# as for every program of AWS). People then fetch a file there, at an address signed for a few minutes.
S3_BUCKET = env.str("TYSTIO_S3_BUCKET", default="")
S3_ENDPOINT = env.str("TYSTIO_S3_ENDPOINT", default="https://s3.eu-west-2.amazonaws.com")
FILES_SIGNED = bool(S3_BUCKET)
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT,
            "region_name": env.str("TYSTIO_S3_REGION", default="eu-west-2"),
            "addressing_style": "path",
            "signature_version": "s3v4",
            "querystring_expire": 5 * 60,
            "max_memory_size": 5 * 1024 * 1024,
        },
    }
    for shown in ("img-src", "media-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][shown].append(S3_ENDPOINT)

# One line of JSON for each thing that somebody should know of, on the standard error of whatever program it is.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "config.logs.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["lines"], "level": env.str("TYSTIO_LOG_LEVEL", default="WARNING")},
    "loggers": {
        # Its own handlers write to nobody here. A refused request is no news.
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}

# Background work. A worker that dies loses its lease after so many seconds, and another takes the job up again.
JOBS_LEASE = env.int("TYSTIO_JOBS_LEASE", default=20)
# A job that runs longer than this many seconds hangs: its worker is replaced.
JOBS_LIMIT = env.int("TYSTIO_JOBS_LIMIT", default=30 * 60)
# What tasks load only when they need it; the workers of one machine share it.
JOBS_SHARE = ["assessments.reports.pdf"]
# For tests: run a job as soon as it is committed, without a worker.
JOBS_IMMEDIATELY = False
