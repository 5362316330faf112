"""The workloads: one file each, a primal function and the gradient an expert writes for it."""
