# SPDX-License-Identifier: MIT
"""The benchmarks of ./dev bench. Each module has a run() that returns figures by name."""
