"""The user's Python to the core language, one pass a file."""
