"""Files that survive kill -9: atomic publication, the journal, the lock, fingerprints, and where everything lies."""
