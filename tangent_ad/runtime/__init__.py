"""What generated code may call. Needs NumPy only and knows nothing of the compiler."""
