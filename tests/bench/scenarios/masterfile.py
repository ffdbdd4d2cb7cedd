# SPDX-License-Identifier: MIT
"""What a Python master is to lead simulated workers with: a class, and a CSV file written at once,
where Locust would keep rows back for 10 s."""

import locust.stats
from locust import User, task

locust.stats.CSV_STATS_FLUSH_INTERVAL_SEC = 0


class SimulatedUser(User):
    @task
    def nothing(self):
        pass
