"""Settings for tests: a temporary home, never the developer's; a database file, as in production."""

import os
import tempfile
from pathlib import Path

# A process that a test starts shares the test's home and database; see tests/delivery/sender_host.py.
_HOME = Path(os.environ.get("CORREDOR_TEST_HOME") or tempfile.mkdtemp(prefix="corredor-test-"))
os.environ["CORREDOR_HOME"] = str(_HOME)
os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("CORREDOR_LOG", "WARNING")

from corredor.config.settings import *

if url := os.environ.get("CORREDOR_TEST_DATABASE_URL"):
    from corredor.config.database import _postgres

    DATABASES = {"default": _postgres(url)}
else:
    DATABASES["default"]["TEST"] = {"NAME": str(_HOME / "test.sqlite3")}
    # No power cut happens in a test, so the disk need not be waited for.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

if name := os.environ.get("CORREDOR_TEST_DATABASE_NAME"):
    DATABASES["default"]["NAME"] = name

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks for it when it starts
CORREDOR_RECEIPTS_EACH_S = 0  # written at once, inside the test's own transaction
