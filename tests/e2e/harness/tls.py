# SPDX-License-Identifier: MIT
"""Certificates, good and bad, and servers that spoil the handshake."""

import contextlib
import socket
import struct
import subprocess
import threading
from pathlib import Path

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-sha256")


class Authority:
    """A CA of our own; everything it makes is in its folder."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.ca = folder / "ca.pem"
        self.sign_itself("ca", "/CN=Cicada test CA")

    def issue(self, name: str, san: str = "IP:127.0.0.1,DNS:localhost", days: int = 1) -> tuple:
        """NAME.pem and NAME.key. A negative number of days makes it long past."""
        (self.folder / f"{name}.san").write_text(f"subjectAltName={san}\n")
        self._openssl("req", *CURVE, "-keyout", f"{name}.key", "-out", f"{name}.csr",
                      "-subj", "/CN=localhost")  # fmt: skip
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                      "-CAcreateserial", "-days", days, "-sha256", "-extfile", f"{name}.san",
                      "-out", f"{name}.pem")  # fmt: skip
        return self._files(name)

    def sign_itself(self, name: str, subject: str = "/CN=localhost") -> tuple:
        self._openssl("req", "-x509", *CURVE, "-days", 2, "-keyout", f"{name}.key",
                      "-out", f"{name}.pem", "-subj", subject)  # fmt: skip
        return self._files(name)

    def _files(self, name: str) -> tuple:
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def _openssl(self, *args):
        command = ["openssl", *map(str, args)]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)


class Spoiler:
    """A port that waits for the start of a handshake and then does what it was made for."""

    def __init__(self, answer: bytes = b"", *, reset: bool = False, silent: bool = False):
        self.answer, self.reset, self.silent = answer, reset, silent
        self.accepted = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        self.held = contextlib.ExitStack()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            self.held.enter_context(client)
            if not self.silent:
                self._spoil(client)

    def _spoil(self, client):
        with contextlib.suppress(OSError), client:
            client.settimeout(5)
            client.recv(65536)
            client.sendall(self.answer)
            if self.reset:
                linger = struct.pack("ii", 1, 0)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), which close() would not
        self.listener.close()
        self.thread.join(5)
        self.held.close()
