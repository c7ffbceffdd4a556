"""Plain Python that knows no Django, no network and no other engine: the parts that compute."""
