# SPDX-License-Identifier: MIT
"""What the end-to-end tests are made of: processes, peers, and readers of the program's outputs."""
