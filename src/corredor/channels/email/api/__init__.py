"""E-mail through a provider's API, in the form that django-anymail knows for each."""
