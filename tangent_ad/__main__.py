"""python -m tangent_ad grad examples/digits.py:loss --wrt W1,b1"""

import sys

from tangent_ad.command import main

if __name__ == "__main__":
    sys.exit(main())
