"""E-mail through a provider's API, in the request form that django-anymail defines for each."""
