"""Close the network in a Python process: only this machine can be reached.

Python runs this file when it starts with this folder on PYTHONPATH. tests/conftest.py puts it
there, so that the kernels of notebooks, which are processes of their own, are closed as well. An
audit hook sees every connection, whichever library opens it, and nothing can take it off again.
"""

import ipaddress
import socket
import sys

ADDRESSES = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0}


def _refuse(event, arguments):
    if event not in ADDRESSES:
        return
    address = arguments[ADDRESSES[event]]
    # A text or bytes address of a connection is the path of a Unix socket.
    if event == "socket.getaddrinfo":
        host = address
    elif isinstance(address, tuple):
        host = address[0]
    else:
        return
    if not _is_this_machine(host):
        raise PermissionError(f"The network is closed while tests run: {event} to {host!r}.")


def _is_this_machine(host):
    if isinstance(host, bytes):
        host = host.decode()
    if not host or host in ("localhost", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_refuse)
