"""Random programs, the properties that their derivatives must have, and a shrinker.

    python -m tests.fuzz --count 1000 --seed 0 --jobs 2 --shrink

`generate` writes a program, `check` differentiates it every way there is and compares, `shrink`
makes a failing program small, `kept` stores the small program, and pytest checks it from then on.

    generate   grammar/    what programs consist of; each producer stands for a named feature
               validity    a program runs, is smooth around its point, leaves its input alone
    check      properties  what must hold of every derivative
               oracle      the truth: complex steps through the program, see instrument and hooks
               standin     the oracle behind the face of the compiler, to test all this without it
    shrink     edits       ways to make a text smaller
    report     __main__    many seeds, the most frequent cause first
"""
