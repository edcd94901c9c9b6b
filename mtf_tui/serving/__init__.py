"""The UI in a browser: who may see it, what is served, and one UI process for each tab."""
