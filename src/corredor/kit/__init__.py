"""Small tools with no business words: rules of the database, identifiers, hash chains, files of secrets."""
