"""Computing packages in plain Python: no Django, no network access, no imports of other engines but geo."""
