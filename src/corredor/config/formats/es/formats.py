"""Spanish: 2:40 p. m., 23/11/2026."""

TIME_FORMAT = "g:i\xa0a"
TIME_WITH_SECONDS = "g:i:s\xa0a"
SHORT_DATE_FORMAT = "j/n/Y"
SHORT_DATETIME_FORMAT = "j/n/Y, g:i\xa0a"
