"""Facts about a tree, returned to the caller and never stored on the tree."""
