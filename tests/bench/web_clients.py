#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
web_clients.py - people who watch a test: web_clients.py URL POLLERS STREAMS

Each poller asks for /stats/requests every two seconds, spread evenly, over a connection that it
keeps; each stream reads /events. Ends on SIGTERM and prints as JSON what came.
"""

import asyncio
import json
import signal
import sys
import urllib.parse

EVERY_S = 2
seen = {"answers": 0, "events": 0, "bytes": 0, "refused": 0}


async def read_head(reader) -> dict:
    status = await reader.readline()
    seen["refused"] += b" 200 " not in status
    headers = {}
    while (line := (await reader.readline()).strip()):
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return headers


async def poll(host, port, number, count):
    await asyncio.sleep(EVERY_S * number / count)
    reader, writer = await asyncio.open_connection(host, port)
    clock = asyncio.get_running_loop().time
    due = clock()
    while True:
        writer.write(f"GET /stats/requests HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        headers = await read_head(reader)
        seen["bytes"] += len(await reader.readexactly(int(headers["content-length"])))
        seen["answers"] += 1
        due += EVERY_S
        await asyncio.sleep(due - clock())


async def stream(host, port):
    reader, writer = await asyncio.open_connection(host, port, limit=2**24)
    writer.write(f"GET /events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    await read_head(reader)
    while line := await reader.readline():
        seen["bytes"] += len(line)
        seen["events"] += line.startswith(b"data: ")


async def main(url, pollers, streams):
    parts = urllib.parse.urlsplit(url)
    at = (parts.hostname, parts.port)
    tasks = [asyncio.create_task(poll(*at, n, pollers)) for n in range(pollers)]
    tasks += [asyncio.create_task(stream(*at)) for _ in range(streams)]
    asyncio.get_running_loop().add_signal_handler(
        signal.SIGTERM, lambda: [task.cancel() for task in tasks]
    )
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        seen["refused"] += not isinstance(ended, asyncio.CancelledError)
    print(json.dumps(seen))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
