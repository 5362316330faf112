"""Core language to primal and adjoint (reverse mode), or to primal and tangent (forward mode)."""
