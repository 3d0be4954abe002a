"""
A camera that sends MJPEG: GStreamer's own RTSP server on loopback, on a free port. Prints the port. `/moving` has a ball that
moves, `/still` a picture that never changes. Ends with its stdin.
"""

import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
CAPS = "video/x-raw,format=I420,width=320,height=240,framerate=25/1"
PATTERNS = {"/moving": "ball background-color=0xff606060 foreground-color=0xfff0f0f0", "/still": "checkers-8"}

server = GstRtspServer.RTSPServer(address="127.0.0.1", service="0")
for path, pattern in PATTERNS.items():
    factory = GstRtspServer.RTSPMediaFactory(shared=True)
    factory.set_launch(
        f"( videotestsrc is-live=true pattern={pattern} ! {CAPS} ! jpegenc quality=85 ! rtpjpegpay name=pay0 pt=26 )"
    )
    server.get_mount_points().add_factory(path, factory)
server.attach(None)
print(server.get_bound_port(), flush=True)

loop = GLib.MainLoop()


def end_with_parent():
    sys.stdin.buffer.read()
    loop.quit()


threading.Thread(target=end_with_parent, daemon=True).start()
loop.run()
