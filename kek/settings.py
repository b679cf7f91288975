"""Settings of the portal: one module, fed by the environment (`.env.example` documents every variable).

Nothing here has a secret default: without `SECRET_KEY`, `ALLOWED_HOSTS` and `DATABASE_URL` the portal does not start.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
import pghistory
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# A demo shows made-up logins and content: it says so on every page.
IS_DEMO = env.bool("DEMO", default=False)

INSTALLED_APPS = [
    "kek.apps.KekConfig",
    "participation",
    "catalogue",
    "workshops",
    "milestones",
    "district",
    "kek.apps.VerwaltungConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rules.apps.AutodiscoverRulesConfig",
    "pgtrigger",
    "pghistory",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_prose_editor",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
]
if env.bool("LINEAR_MIGRATIONS", default=False):
    # Guards developers against two migrations with the same number; production does not carry it.
    INSTALLED_APPS += ["django_linear_migrations"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kek.middleware.permissions_policy",
    "kek.middleware.database_outage",
    "kek.page_store.PageStore",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "kek.urls"
WSGI_APPLICATION = "kek.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kek.context_processors.portal",
            ],
        },
    },
]
FORM_RENDERER = "kek.forms.KernFormRenderer"

# Database, cache, mail

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Nobody waits for ever. In seconds, 0 for no limit; what `options` in DATABASE_URL says comes last, so it wins.
timeouts = {
    "lock_timeout": env.int("DATABASE_LOCK_TIMEOUT", default=10),
    "statement_timeout": env.int("DATABASE_STATEMENT_TIMEOUT", default=60),
}
database_options = DATABASES["default"].setdefault("OPTIONS", {})
limits = [f"-c {name}={seconds}s" for name, seconds in timeouts.items() if seconds]
if limits:
    database_options["options"] = " ".join([*limits, database_options.get("options", "")]).strip()
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
# Failed logins are counted under the visitor's address: a cache in the database must not learn it.
CACHES["default"]["KEY_FUNCTION"] = "kek.cache_keys.hashed"
# A demo's mails lie in files, which /demo/post/ shows.
EMAIL_CONFIG = env.email("EMAIL_URL", default="filemail://" if IS_DEMO else "consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = EMAIL_CONFIG["EMAIL_FILE_PATH"] or str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 10  # Seconds: a mail server that does not answer must not hold the portal up.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="kek@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ADMINS = [("Betrieb", address) for address in env.list("ADMINS", default=[])]

# Languages: German unprefixed, English under /en/

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("Deutsch")), ("en", _("Englisch"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "kek.formats"
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True
# Years and keys must print as they are; a large figure asks for its separator itself (`floatformat:"g"`).
USE_THOUSAND_SEPARATOR = False

# Files

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=VAR_DIR / "static").__str__()
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=VAR_DIR / "media").__str__()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str("STATICFILES_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
# Public pages kept in memory by each process, in bytes; 0 for none. While developing, templates change under way.
PAGE_STORE_BYTES = env.int("PAGE_STORE_BYTES", default=0 if DEBUG else 32 * 1024 * 1024)
WHITENOISE_MAX_AGE = 3600
# Nothing asks for the names without a hash, and only developer tools for source maps: collectstatic takes 3 s, not 15.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
FILE_UPLOAD_PERMISSIONS = 0o640

# Login: staff only, by e-mail; citizens need no account

AUTH_USER_MODEL = "district.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:start"
ACCOUNT_ADAPTER = "kek.login.StaffAccountAdapter"
SOCIALACCOUNT_ADAPTER = "kek.login.StaffSocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[KEK-Portal] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "KEK-Portal"
MFA_PASSKEY_LOGIN_ENABLED = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {}
OIDC_ORIGINS = []
if env.str("OIDC_SERVER_URL", default=""):
    # The login form leads there by a redirect, which browsers hold against form-action.
    OIDC_ORIGINS = [urlsplit(env.str("OIDC_SERVER_URL"))._replace(path="", query="", fragment="").geturl()]
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "EMAIL_AUTHENTICATION": True,
            "APPS": [
                {
                    "provider_id": "landkreis",
                    "name": env.str("OIDC_NAME", default="Landkreis"),
                    "client_id": env.str("OIDC_CLIENT_ID"),
                    "secret": env.str("OIDC_SECRET"),
                    "settings": {"server_url": env.str("OIDC_SERVER_URL")},
                }
            ],
        }
    }

# Tasks: mails are rows that a worker (`manage.py db_worker`) sends after the commit

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Security. A demo on http://localhost sets HTTPS=false; nothing else may.

HTTPS = env.bool("HTTPS", default=True)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# Where the portal is reached: links in mails are made without a request.
PORTAL_URL = (
    env.str("PORTAL_URL", default="").rstrip("/")
    or f"{'https' if HTTPS else 'http'}://{next(iter(ALLOWED_HOSTS), 'localhost')}"
)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Failed logins are counted by address, the one that the proxy added last to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
# Whether all names below ours speak HTTPS, and for good, is for those to say who run them: never taken for granted.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # They ask for just these two.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kek.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# Background pictures for maps, in squares; without an address the portal's own boundaries are all there is to see.
MAP_TILE_URL = env.str("MAP_TILE_URL", default="")
TILE_ORIGINS = []
if urlsplit(MAP_TILE_URL).netloc:
    TILE_ORIGINS = [urlsplit(MAP_TILE_URL.replace("{s}", "*"))._replace(path="", query="", fragment="").geturl()]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *TILE_ORIGINS],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *OIDC_ORIGINS],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=20 * 1024 * 1024)

# Citizens' files: pictures are decoded, so their pixels count as well as their bytes

IDEA_FILE_MAX_BYTES = env.int("IDEA_FILE_MAX_BYTES", default=10 * 1024 * 1024)
IDEA_FILES_MAX = env.int("IDEA_FILES_MAX", default=3)
PICTURE_MAX_PIXELS = env.int("PICTURE_MAX_PIXELS", default=50_000_000)
PICTURE_MAX_SIDE = env.int("PICTURE_MAX_SIDE", default=2400)
CLAMAV_SOCKET = env.str("CLAMAV_SOCKET", default="")

# Against floods (see district/rate_limit.py): so many at once, so many an hour, by visitor or for a whole round

ALLOWANCES = {
    "submissions": (5, env.int("SUBMISSIONS_PER_HOUR", default=10)),
    "submissions_per_round": (600, env.int("SUBMISSIONS_PER_ROUND_PER_MINUTE", default=600) * 60),
    "uploads": (30, env.int("UPLOADS_PER_HOUR", default=120)),  # files: pictures are drawn anew
    "comments": (5, env.int("COMMENTS_PER_HOUR", default=20)),
    "comments_per_round": (600, env.int("COMMENTS_PER_ROUND_PER_MINUTE", default=600) * 60),
    "supports": (20, env.int("SUPPORTS_PER_HOUR", default=60)),
    "supports_per_round": (600, env.int("SUPPORTS_PER_ROUND_PER_MINUTE", default=600) * 60),
    "mails": (3, env.int("MAILS_PER_HOUR", default=5)),  # confirmations, once by visitor and once by recipient
    "reports": (5, env.int("REPORTS_PER_HOUR", default=10)),
    "reports_per_round": (60, env.int("REPORTS_PER_ROUND_PER_MINUTE", default=60) * 60),
    "registrations": (10, env.int("REGISTRATIONS_PER_HOUR", default=40)),
    "registrations_per_event": (600, env.int("REGISTRATIONS_PER_EVENT_PER_MINUTE", default=600) * 60),
    "feedback": (5, env.int("FEEDBACK_PER_HOUR", default=20)),  # by visitor, on an event that was called off
    "documents": (30, env.int("DOCUMENTS_PER_HOUR", default=120)),  # files typeset for one reader: minutes
    "searches": (60, env.int("SEARCHES_PER_HOUR", default=1200)),
    "secrets": (20, env.int("SECRETS_PER_HOUR", default=60)),  # secret links that do not exist: somebody guesses
}

# No handler tells the secret of a link (kek/logs.py); gunicorn's are in deploy/gunicorn.conf.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "without_secrets": {"()": "kek.logs.WithoutSecrets"},
        "in_production": {"()": "django.utils.log.RequireDebugFalse"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]},
        "admins": {
            "class": "kek.logs.MailToAdmins",
            "level": "ERROR",
            "filters": ["in_production", "without_secrets"],
        },
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # In place of Django's own handlers, which know no secrets.
        "django": {"handlers": ["admins"], "level": "INFO"},
        # Scanners call by made-up names all day: worth a line, not a mail.
        "django.security.DisallowedHost": {"handlers": ["console"], "propagate": False},
        "district.tasks": {"handlers": ["admins"]},  # A mail that was given up: Django's own errors come from requests.
        "gunicorn.http.wsgi": {"level": "ERROR"},  # It warns of each HEAD request, whose body Django leaves to it.
    },
}

DEFAULT_EXCEPTION_REPORTER_FILTER = "kek.logs.WithoutForms"

# Audit trail: rows written by database triggers, so bulk updates cannot pass it by; nobody edits it.

PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(null=True)
# Reading changes nothing, so it is not watched: a reader's request never touches the session.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
