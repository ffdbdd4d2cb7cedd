# SPDX-License-Identifier: MIT
"""A network of its own: loopback alone, with the ports and the resolver a test wants."""

import os
from pathlib import Path

from .process import Process


class Namespace:
    """
    Commands started through it see nothing of the machine's network. Needs root, or a system that
    lets everybody make user namespaces.
    """

    def __init__(self, folder: Path, *, ports: range | None = None):
        """ports: the only ones connections may come from."""
        folder.mkdir(parents=True, exist_ok=True)
        resolver = folder / "resolv.conf"
        resolver.write_text("nameserver 127.0.0.1\noptions timeout:2 attempts:2\n")
        setup = ["ip link set lo up", f"mount --bind {resolver} /etc/resolv.conf"]
        if ports:
            setup.append(f"echo {ports[0]} {ports[-1]} > /proc/sys/net/ipv4/ip_local_port_range")
        mapping = [] if os.geteuid() == 0 else ["--map-root-user"]
        script = " && ".join([*setup, "echo ready", "exec sleep infinity"])
        self.process = Process(
            ["unshare", *mapping, "--net", "--mount", "sh", "-c", script], folder / "namespace"
        )
        self.process.wait_for("^ready")
        user = ["--user", "--preserve-credentials"] if mapping else []
        # Followed by a command, runs it in there, in the current folder.
        self.command = ["nsenter", "--target", self.process.child.pid, *user, "--net", "--mount",
                        "--wd=."]  # fmt: skip

    def stop(self):
        self.process.stop()
