"""A reader of events with a small receive buffer that reads so many bytes, and then waits.

slow-reader.py PORT PATH ACCEPT|websocket RECEIVE_BUFFER BYTES PAUSE_MS SECONDS

Prints how many bytes it got, and how the connection was when the time was over: open, ended or reset. It answers nothing,
as a program does whose buffers are full of what it has not come to yet.
"""
import socket
import sys
import time

port, path, accept, buffer_size, some, pause_ms, seconds = sys.argv[1:]
peer = socket.socket()
peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(buffer_size))
peer.connect(("127.0.0.1", int(port)))
headers = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    if accept == "websocket"
    else f"Accept: {accept}\r\n"
)
peer.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
deadline = time.monotonic() + float(seconds)
taken = 0
state = "open"
while time.monotonic() < deadline:
    try:
        data = peer.recv(int(some))
    except ConnectionResetError:
        state = "reset"
        break
    if not data:
        state = "ended"
        break
    taken += len(data)
    time.sleep(int(pause_ms) / 1000)
print(f"{taken} {state} after {float(seconds) - (deadline - time.monotonic()):.0f} s")
