"""English: 2:40 p.m., 11/23/2026."""

TIME_FORMAT = "g:i\xa0a"
TIME_WITH_SECONDS = "g:i:s\xa0a"
SHORT_DATE_FORMAT = "n/j/Y"
SHORT_DATETIME_FORMAT = "n/j/Y, g:i\xa0a"
