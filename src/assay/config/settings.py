"""The settings of Django, made once from the environment. Importing this module creates no file."""

import os
import secrets
from typing import Any

from assay.config.environment import Database, read_environment

ASSAY = read_environment(os.environ)

DEBUG = ASSAY.debug
# Without a key (no data folder yet) the process gets one of its own, good for `assay init`, migrations and checks;
# `boot.require_ready` refuses to serve in that state.
SECRET_KEY = ASSAY.secret_key or secrets.token_urlsafe(48)
ALLOWED_HOSTS = list(ASSAY.allowed_hosts)

INSTALLED_APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "assay.ui",
    "assay.ledger",
    "assay.accounts",
    "assay.jobs",
    "assay.assurance",
    "assay.registers",
    "assay.studio",
    "assay.reports",
)

MIDDLEWARE = (
    "assay.config.middleware.request_identity",
    "assay.config.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "assay.accounts.access.actor_middleware",
    "assay.config.middleware.HttpEdge",
)

ROOT_URLCONF = "assay.config.urls"
WSGI_APPLICATION = "assay.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database_settings(database: Database) -> dict[str, Any]:
    """The entry of DATABASES. SQLite: write-ahead log, each commit on disk before it is acknowledged, one writer at a
    time that takes its lock at BEGIN (so that no transaction fails half-way), 30 s wait for it. PostgreSQL: 10 s to
    connect, connections reused for 60 s and checked before use."""
    if database.engine == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": database.name,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY",
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "USER": database.user,
        "PASSWORD": database.password,
        "HOST": database.host,
        "PORT": database.port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, "application_name": "assay", **dict(database.options)},
    }


DATABASES = {"default": database_settings(ASSAY.database)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [],
        "OPTIONS": {
            "environment": "assay.ui.jinja.environment",
            "context_processors": ["assay.config.context.page"],
        },
    },
]

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ("django.contrib.auth.backends.ModelBackend",)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
# W004 wants unique=True on the address; it is unique by a constraint that disregards case, which the check cannot see.
SILENCED_SYSTEM_CHECKS = ("auth.W004",)

SESSION_COOKIE_NAME = "assay_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ASSAY.https
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_NAME = "assay_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = ASSAY.https
CSRF_TRUSTED_ORIGINS = [ASSAY.origin]
CSRF_FAILURE_VIEW = "assay.config.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"event": {"()": "assay.config.logs.EventFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"assay": {"level": ASSAY.log_level}},
}
