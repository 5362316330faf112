"""The Python that must be differentiated, row by row: `python -m tests.language` prints the table."""
