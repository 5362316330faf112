"""Smaller trees that compute the same, one pass a file."""
