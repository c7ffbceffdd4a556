"""Django's settings, assembled from the other files of this folder."""

from __future__ import annotations

from corredor.kit import languages

from . import environment, paths, secret_keys
from .broker import read_broker
from .channels import CORREDOR_FALLBACK as CORREDOR_FALLBACK
from .channels import CORREDOR_GATEWAY_DEAD_CODES as CORREDOR_GATEWAY_DEAD_CODES
from .channels import CORREDOR_INBOUND as CORREDOR_INBOUND
from .channels import CORREDOR_PROVIDER_PATIENCE_S as CORREDOR_PROVIDER_PATIENCE_S
from .channels import CORREDOR_PROVIDER_VARIABLES as CORREDOR_PROVIDER_VARIABLES
from .channels import CORREDOR_PROVIDERS as CORREDOR_PROVIDERS
from .channels import CORREDOR_RECEIPTS_EACH_S as CORREDOR_RECEIPTS_EACH_S
from .database import read_database
from .partners import CORREDOR_PARTNERS as CORREDOR_PARTNERS
from .security import *
from .sending import *

HOME = paths.HOME
if not HOME.is_dir():
    HOME.mkdir(parents=True)
    HOME.chmod(0o711)  # a web server may traverse to the public snapshot, and list nothing

SECRET_KEY = environment.text("SECRET_KEY") or secret_keys.read_or_make("session.key").hex()
ADDRESS_KEY = secret_keys.read_or_make("address.key")  # encrypts phone numbers and e-mail addresses
ADDRESS_KEYS_OLDER = secret_keys.read_older("address.key")  # decrypt only
LOOKUP_KEY = secret_keys.read_or_make("lookup.key")  # blind index: finds an address without decrypting any
SIGNING_KEY = secret_keys.read_or_make("signing.key")  # signs every alert, so that anyone can verify it
CODE_PEPPER = secret_keys.read_or_make("code.key").hex()
DEBUG = environment.flag("CORREDOR_DEBUG")
BASE_URL = environment.text("CORREDOR_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = environment.words("CORREDOR_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
if BASE_URL.startswith("https:"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DEFAULT_CITY = environment.text("CORREDOR_CITY", "chicago")
PUBLIC_SNAPSHOT = paths.PUBLIC
PHOTO_ROOT = paths.PHOTOS
KEY_ROOT = paths.KEYS

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "corredor.people",
    "corredor.places",
    "corredor.intake",
    "corredor.incidents",
    "corredor.subscriptions",
    "corredor.alerts",
    "corredor.delivery",
    "corredor.partners",
    "corredor.volunteers",
    "corredor.corridors",
    "corredor.review",
    "corredor.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "corredor.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "corredor.web.staff_gate.StaffGateMiddleware",
    "corredor.web.faults.FaultMiddleware",
]

ROOT_URLCONF = "corredor.config.urls"
WSGI_APPLICATION = "corredor.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [paths.PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "corredor.web.context.site",
            ]
        },
    }
]

DATABASES = {"default": read_database()}
BROKER_URL = read_broker()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["corredor.web.steward.backend.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "alias")},
    },
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/staff/login/"
CSRF_FAILURE_VIEW = "corredor.web.faults.wrong_form"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "corredor.web.steward.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
ACCOUNT_FORMS = {
    "login": "corredor.web.steward.account_form.SignInForm",
    "reauthenticate": "corredor.web.steward.account_form.PasswordAgainForm",
    "change_password": "corredor.web.steward.account_form.NewPasswordForm",
}
MFA_ADAPTER = "corredor.web.steward.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "corredor.web.steward.factor_form.CodeForm",
    "reauthenticate": "corredor.web.steward.factor_form.CodeAgainForm",
    "add_webauthn": "corredor.web.steward.factor_form.PasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey always requires a finger, a face or a PIN
MFA_TOTP_ISSUER = "Corredor"
MFA_TOTP_TOLERANCE = 1  # half a minute either way, for wrong phone clocks and slow typing
MFA_RECOVERY_CODES_SHOW_ONCE = True
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("CORREDOR_PROXIES", 0)
CORREDOR_CONNECTIONS = environment.number("CORREDOR_CONNECTIONS", 4096)  # answered at once; server/limits.py

LANGUAGE_CODE = languages.SOURCE
LANGUAGES = [(one.code, one.name) for one in languages.LANGUAGES.values()]
LANGUAGES_BIDI = [one.code for one in languages.LANGUAGES.values() if one.is_rtl]
LANGUAGE_COOKIE_NAME = "lang"
LOCALE_PATHS = list(languages.roots())  # <code>/LC_MESSAGES, compiled by scripts/messages.py
USE_I18N = True
FORMAT_MODULE_PATH = "corredor.config.formats"
USE_TZ = True
TIME_ZONE = "America/Chicago"

STATIC_URL = "/static/"
STATICFILES_DIRS = [paths.PACKAGE / "static"]
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# Logs say what failed and where, never who: no addresses, no texts, no IP numbers.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": environment.text("CORREDOR_LOG", "INFO")},
    "loggers": {
        # Their lines contain paths, and a path may contain a person's link. web/faults.py logs the errors.
        "django.request": {"level": "CRITICAL"},
        "django.security.csrf": {"level": "CRITICAL"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.server": {"level": "ERROR"},
    },
}

environment.refuse_wrong()
