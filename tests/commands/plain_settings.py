"""The real settings, with static files copied but not compressed: compression takes seconds and is not tested here."""

from corredor.config.settings import *  # noqa: F403

STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
