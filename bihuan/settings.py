"""Django's settings. Few of them, each read once from the environment, each with its default here.

| variable | meaning | default |
| --- | --- | --- |
| DATABASE_URL | the PostgreSQL (15 or later) the application uses | the embedded server, started on demand |
| DATABASE_OWNER_URL | the role that owns the tables and runs migrations | DATABASE_URL |
| BIHUAN_VAR | where the installation keeps its own files | var/ beside the package |
| BIHUAN_DEBUG | 1 shows error details on pages; never on a reachable address | 0 |
| BIHUAN_HOSTS | host names the pages answer to, separated by commas | 127.0.0.1, localhost |
| BIHUAN_ADDRESS | the address at which outsiders reach the pages; on papers by the check code, in messages | none |
| BIHUAN_FONTS | a folder with an office's own licensed fonts, which win over the free ones | none |
| BIHUAN_HTTPS | 1 when the pages are reached by https: cookies then travel by nothing else | 0 |
| BIHUAN_HASH | digest of the history chain: sha256 or sm3 (GB/T 32905) | sha256 |
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

PROJECT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("BIHUAN_VAR", PROJECT / "var"))


def _secret_key() -> str:
    """The installation's own key, made at the first start and kept in `VAR`."""
    path = VAR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process was first
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
    return path.read_text()


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at `url`, any address libpq understands."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": dict(parts),
        "CONN_MAX_AGE": 0,
    }


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("BIHUAN_DEBUG") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("BIHUAN_HOSTS", "127.0.0.1,localhost").split(",") if host]

# Without DATABASE_URL the command line starts the embedded server and names it here before Django is set up; a tool
# that only reads settings needs no database.
_URL = os.environ.get("DATABASE_URL", "postgresql:///bihuan")
DATABASES = {
    "default": database(_URL),
    "owner": database(os.environ.get("DATABASE_OWNER_URL", _URL)),
}

INSTALLED_APPS = [
    "django.contrib.sessions",
    "bihuan.org",
    "bihuan.history",
    "bihuan.components",
    "bihuan.figures",
    "bihuan.documents",
    "bihuan.loop",
    "bihuan.campaigns",
    "bihuan.messages",
    "bihuan.workdays",
    "bihuan.places",
    "bihuan.activities",
    "bihuan.reports",
    "bihuan.supervision",
    "bihuan.exchange",
    "bihuan.statistics",
    "bihuan.contest",
    "bihuan.web",
    "bihuan.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "bihuan.components.middleware.content_policy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "bihuan.components.middleware.readers_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bihuan.org.gate.known_reader",
    "bihuan.components.middleware.Refusals",
]
ROOT_URLCONF = "bihuan.urls"
WSGI_APPLICATION = "bihuan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "bihuan.web.context.shell"],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # instants are kept in UTC; days are dates in the campaign's own zone
CAMPAIGN_ZONE = "Asia/Shanghai"
# Books of model data that tell of days long over, and the day on which their time stands still (docs/adr/0004).
STILL = {"example": dt.date(2023, 7, 7)}
AUTH_USER_MODEL = "org.Account"
SCOPES = "bihuan.wiring.SCOPES"  # how what matters belong to is called, by subject
FLOWS = "bihuan.wiring.FLOWS"  # the kinds of loops; the engine, which knows no subject, finds them by this name
FOLLOWERS = "bihuan.wiring.FOLLOWERS"  # what subjects do in the transaction of a step; the same way
VOUCHERS = "bihuan.wiring.VOUCHERS"  # what vouches for the numbers in papers; the same way
DOORS = "bihuan.wiring.DOORS"  # where a line of an expected list is handed in, by its form; the same way
SUBJECT_PAGES = "bihuan.wiring.SUBJECT_PAGES"  # where what came for a line is looked at, by its kind; the same way
WAYS_OUT = "bihuan.wiring.WAYS_OUT"  # where a refusal is put right, by its code; the same way
FILE_UPLOAD_HANDLERS = [
    "bihuan.components.arriving.Bounded",  # first: what is too large comes no further
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "bihuan.org.hashers.OnceHasher",  # for one-time passwords: long, random, and soon over
]

SESSION_COOKIE_NAME = "desk"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("BIHUAN_HTTPS") == "1"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/assets/"  # where the application serves what pages load (components/assets.py)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Faults of the program go to the server's own output, with where they arose; people get a page in words.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"output": {"class": "logging.StreamHandler", "level": "ERROR"}},
    "loggers": {"django.request": {"handlers": ["output"], "level": "ERROR", "propagate": False}},
}

HISTORY_HASH = os.environ.get("BIHUAN_HASH", "sha256")
FONTS = os.environ.get("BIHUAN_FONTS")
PUBLIC_ADDRESS = os.environ.get("BIHUAN_ADDRESS", "").rstrip("/")
