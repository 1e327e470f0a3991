"""What holds for every test: one thread for linear algebra, and no limit on time from Hypothesis."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # products this small lose more by waiting for each other

# a busy machine is no fault of the code
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
