"""From a source's address to a verified local table with schema, target, provenance and fingerprint."""
