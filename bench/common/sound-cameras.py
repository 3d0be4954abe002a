"""
Cameras with pictures and sound: plays a file from its beginning to whoever asks, at the path of each name.
Arguments: the file, Matroska with H.264, and `name=elements` for each, from the sound of the file to its packets.
Says its port on stdout, and ends when stdin does.
"""

import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
path, *cameras = sys.argv[1:]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
server.get_thread_pool().set_max_threads(-1)
for camera in cameras:
    name, sound = camera.split("=", 1)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( filesrc location={path} ! matroskademux name=file"
        "  file. ! queue ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1"
        f" file. ! queue ! {sound} name=pay1 )"
    )
    server.get_mount_points().add_factory("/" + name, factory)
server.attach(None)
print(server.get_bound_port(), flush=True)

loop = GLib.MainLoop()
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
loop.run()
