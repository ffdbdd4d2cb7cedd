# SPDX-License-Identifier: MIT
"""The AWS command line without its start: loaded once, a fork of it for every call. Its code, answers and
exit codes are the same; the tests make hundreds of calls, each of which would otherwise load Python, the
command line and a service's model first.

    awsd.py serve SOCKET          until its standard input ends
    awsd.py SOCKET ARGUMENT...    a call: arguments, environment, folder and the three standard files go to
                                  the server, the exit code comes back (run with python -S -E)
"""

import array
import json
import os
import socket
import sys


def call(path, arguments):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        request = json.dumps([arguments, dict(os.environ), os.getcwd()]).encode()
        files = array.array("i", [0, 1, 2])
        connection.sendmsg([len(request).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
        connection.sendall(request)
        code = connection.recv(1)
    return code[0] if code else 255


def received(connection):
    """What call() sent; the standard files are this process's from here on."""
    size = array.array("i").itemsize
    head, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_SPACE(3 * size))
    files = array.array("i", ancillary[0][2][: 3 * size])
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    body = b""
    while len(body) < int.from_bytes(head, "big"):
        body += connection.recv(65536)
    return json.loads(body)


def serve(path):
    import select
    import signal

    import awscli.clidriver

    # The models of all services that the scripts ask; forks share them.
    loader = awscli.clidriver.create_clidriver().session.get_component("data_loader")
    for service in ("sts", "eks", "ecr", "ec2", "elb", "elbv2", "logs", "resourcegroupstaggingapi"):
        loader.load_service_model(service, "service-2")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(16)
        while True:
            readable, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in readable:
                return
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                answer(connection, loader)
            connection.close()


def answer(connection, loader):
    """In the fork: the call, and never back."""
    import awscli.clidriver

    code = 255
    try:
        arguments, environment, folder = received(connection)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv[:] = ["aws", *arguments]
        driver = awscli.clidriver.create_clidriver()
        driver.session.register_component("data_loader", loader)
        code = driver.main(arguments)
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([(code or 0) & 255]))
        os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        sys.exit(call(sys.argv[1], sys.argv[2:]))
