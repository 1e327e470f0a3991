"""One thread for linear algebra: products this small lose more by waiting for each other than they gain."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
