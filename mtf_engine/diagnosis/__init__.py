"""Whether this installation can do its work, and a file that tells others what it did: ``mtf doctor``."""
