"""Generic tools without domain terms: database constraints, identifiers, hash chains, secret files, rate limits."""
