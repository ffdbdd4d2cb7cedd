# SPDX-License-Identifier: MIT
"""
A DNS server whose answer is the name's first label: "found" is 127.0.0.1, "missing" does not exist,
"broken" is the server's own failure, "silent" none at all. Prints the names it was asked for.
"""

import socket
import struct

NO_ERROR, SERVER_FAILURE, NAME_ERROR = 0, 2, 3
TYPE_A = 1


def answer_to(query: bytes) -> bytes | None:
    end = query.index(0, 12) + 5
    question = query[12:end]
    label = question[1 : 1 + question[0]].decode()
    (kind,) = struct.unpack_from("!H", query, end - 4)
    print(label, flush=True)
    if label == "silent":
        return None
    code = {"missing": NAME_ERROR, "broken": SERVER_FAILURE}.get(label, NO_ERROR)
    record = b""
    if code == NO_ERROR and kind == TYPE_A:
        record = struct.pack("!HHHIH4B", 0xC00C, TYPE_A, 1, 60, 4, 127, 0, 0, 1)
    header = struct.pack("!2sHHHHH", query[:2], 0x8180 | code, 1, 1 if record else 0, 0, 0)
    return header + question + record


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        print("ready", flush=True)
        while True:
            query, client = server.recvfrom(1500)
            answer = answer_to(query)
            if answer:
                server.sendto(answer, client)


if __name__ == "__main__":
    main()
