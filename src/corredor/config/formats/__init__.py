"""How Django's templates and forms write times and short dates, one file for each language (FORMAT_MODULE_PATH).

The rule of ``kit/time_of_day.py``: "2:40 p.m." and "2:40 p. m.". The halves of the day ("a" in a format)
are Django's own texts, which ``locale/es`` puts into Spanish. A space that no line breaks stands between.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

HALVES = (gettext_noop("a.m."), gettext_noop("p.m."))
