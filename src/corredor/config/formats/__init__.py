"""How Django's templates and forms format times and short dates, one file for each language (FORMAT_MODULE_PATH).

The rule of ``kit/time_of_day.py``: "2:40 p.m." and "2:40 p. m.". The halves of the day ("a" in a format)
are Django's own texts, which ``locale/es`` translates to Spanish. The space before them is a no-break space.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

HALVES = (gettext_noop("a.m."), gettext_noop("p.m."))
