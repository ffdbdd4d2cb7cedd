# SPDX-License-Identifier: MIT
"""Ports that stay free until their user starts: below those the kernel gives to outgoing connections."""

import random
import socket


def free_port(host: str = "127.0.0.1") -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket(family) as s:
            try:
                s.bind((host, port))
            except OSError:
                continue
            return port
