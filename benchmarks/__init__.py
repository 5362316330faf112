"""How fast, how large and how scalable the generated derivatives are, beside hand-written ones.

One thread: the ratios must not depend on how many cores happen to be idle. The numerical libraries
read these variables when they are loaded, so they are set before anything here imports numpy.
"""

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
