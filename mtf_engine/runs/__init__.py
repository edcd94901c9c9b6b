"""One run: a detached process that owns one directory. The directory is the truth; everything else reads it."""
