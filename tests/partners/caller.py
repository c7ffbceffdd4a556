"""A process that makes the partner calls due at the time given on its command line, and may be killed meanwhile."""

from __future__ import annotations

import sys
from datetime import datetime

import django

django.setup()

from corredor.flows.partner.send import call_partners

call_partners(now=datetime.fromisoformat(sys.argv[1]))
