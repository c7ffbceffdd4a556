"""Use cases: each flow joins stages, checks permissions and owns its transaction."""
