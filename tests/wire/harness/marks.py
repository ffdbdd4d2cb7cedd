# SPDX-License-Identifier: MIT
"""What stands before many tests."""

import pytest

from .locust import NEW, OLD

real = pytest.mark.parametrize("version", [NEW, OLD])
ours = pytest.mark.ours


def takes(seconds: float):
    """How long a test needs: the longest are started first."""

    def put(function):
        function.takes = seconds
        return function

    return put
