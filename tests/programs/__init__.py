"""Programs as people write them, to be differentiated as they stand.

Each file is a program: a function of the file's name, `WRT`, the parameters of differentiation, and
`example`, arguments for it.
"""
