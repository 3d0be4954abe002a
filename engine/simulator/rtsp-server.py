"""
Simulated RTSP cameras. The first line on stdin is the configuration (so that passwords never stand in a process list),
every further line a command; stdout carries one JSON line per event. The process ends when its stdin does.
"""

import json
import os
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
# Ctrl-C reaches the whole process group; when to end is decided by whoever holds our stdin.
signal.signal(signal.SIGINT, signal.SIG_IGN)


def say(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def die(code, message):
    say(event="error", code=code, message=message)
    sys.exit(1)


try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstApp", "1.0")
    gi.require_version("GstRtsp", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import Gio, GLib, Gst, GstApp, GstRtsp, GstRtspServer  # noqa: F401
except (ImportError, ValueError) as problem:
    die("pythonModules", f"{problem}. Install python3-gi and gir1.2-gst-rtsp-server-1.0.")

Gst.init(None)

from feeder import Feeder, Stream  # noqa: E402
from loop_clip import ClipError, load_clip  # noqa: E402

ROLE = "viewer"


class Camera:
    def __init__(self, name, clip):
        self.name = name
        self.path = "/" + name
        self.own_clip = clip
        self.clip = clip
        self.stalled = False
        self.garbage = 0.0
        self.streams = []
        # Monotonic time at which the loop began; None while nobody is there, so that the next client sees it from its start.
        self.started = None


def started(camera, position):
    """`position`: nanoseconds of the loop that lie before this stream's first unit."""
    say(event="streamStart", camera=camera.name, utcMicros=(time.time_ns() - position) // 1000)


class Server:
    def __init__(self, config):
        self.config = config
        self.feeder = Feeder(started)
        self.clips = {}
        self.cameras = {entry["name"]: Camera(entry["name"], self.clip(entry["file"])) for entry in config["cameras"]}
        self.rtsp = GstRtspServer.RTSPServer()
        self.rtsp.set_address(config["host"])
        self.rtsp.set_service(str(config["port"]))
        self.rtsp.set_auth(self.make_auth())
        self.rtsp.connect("client-connected", self.on_client)
        self.clients = {}
        # A thread per connection: one slow client must not hold up the others.
        self.rtsp.get_thread_pool().set_max_threads(-1)
        for camera in self.cameras.values():
            self.mount(camera)
        self.source = 0

    def clip(self, path):
        if path not in self.clips:
            self.clips[path] = load_clip(path)
        return self.clips[path]

    def make_auth(self):
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken.new()
        token.set_string("media.factory.role", ROLE)
        user, password = self.config.get("user"), self.config.get("password", "")
        if user is None:
            auth.set_default_token(token)
        elif self.config.get("auth") == "digest":
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            auth.add_digest(user, password, token)
        else:
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
        tls = self.config.get("tls")
        if tls:
            auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(tls["cert"], tls["key"]))
        return auth

    def mount(self, camera):
        factory = GstRtspServer.RTSPMediaFactory()
        codec = camera.clip.codec
        factory.set_launch(
            "( appsrc name=src is-live=true format=time emit-signals=false max-bytes=0 block=false"
            f" ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )"
        )
        # A media for each client. A shared one fails those who come while it is taken down after its last client left.
        factory.set_shared(False)
        permissions = GstRtspServer.RTSPPermissions.new()
        for permission in ("media.factory.access", "media.factory.construct"):
            permissions.add_permission_for_role(ROLE, permission, True)
        factory.set_permissions(permissions)
        factory.connect("media-configure", self.on_media, camera)
        self.rtsp.get_mount_points().add_factory(camera.path, factory)

    def on_media(self, _factory, media, camera):
        stream = Stream(camera, media.get_element().get_by_name("src"))
        camera.streams.append(stream)

        def over(_media):
            if stream.open:
                stream.open = False
                camera.streams.remove(stream)
                if not camera.streams:
                    camera.started = None
                say(event="streamEnd", camera=camera.name)

        media.connect("unprepared", over)
        self.feeder.add(stream)

    def on_client(self, _server, client):
        self.clients[client] = None
        client.connect("play-request", self.on_play)
        client.connect("closed", self.on_closed)

    def on_play(self, client, context):
        name = context.uri.abspath.strip("/").split("/")[0]
        self.clients[client] = name
        say(event="play", camera=name)

    def on_closed(self, client):
        name = self.clients.pop(client, None)
        if name:
            say(event="leave", camera=name)

    def listen(self):
        try:
            self.rtsp.create_socket(None).close()
        except GLib.Error as problem:
            raise ClipError("portInUse", f"cannot listen on {self.config['host']}:{self.rtsp.get_service()}: {problem.message}")
        self.source = self.rtsp.attach(None)
        if not self.source:
            raise ClipError("portInUse", f"cannot listen on {self.config['host']}:{self.rtsp.get_service()}")
        # After a stop the same port is taken again, whatever was asked for first.
        self.rtsp.set_service(str(self.rtsp.get_bound_port()))

    def drop(self, camera):
        """Closes the connections of one camera, or all of them."""
        for client, name in list(self.clients.items()):
            if camera is None or name == camera.name:
                client.close()

    def command(self, request):
        name = request.get("camera")
        if name is not None and name not in self.cameras:
            raise ClipError("noSuchCamera", f"there is no camera {name}; there are {', '.join(self.cameras)}")
        chosen = self.cameras.get(name)
        cameras = [chosen] if chosen else list(self.cameras.values())
        what = request.get("command")
        if what == "stall":
            for camera in cameras:
                camera.stalled = True
        elif what == "garbage":
            for camera in cameras:
                camera.garbage = float(request.get("share", 0.01))
        elif what == "switch":
            clip = self.clip(request["file"])
            for camera in cameras:
                if clip.codec != camera.own_clip.codec:
                    raise ClipError("clipCodec", f"{camera.name} sends {camera.own_clip.codec}, not {clip.codec}")
            for camera in cameras:
                camera.clip = clip
        elif what == "resume":
            for camera in cameras:
                camera.stalled, camera.garbage, camera.clip = False, 0.0, camera.own_clip
        elif what == "drop":
            self.drop(chosen)
        elif what == "stop":
            if chosen:
                self.rtsp.get_mount_points().remove_factory(chosen.path)
            elif self.source:
                GLib.Source.remove(self.source)
                self.source = 0
            self.drop(chosen)
        elif what == "start":
            if chosen:
                self.mount(chosen)
            elif not self.source:
                self.listen()
        else:
            raise ClipError("noSuchCommand", f"there is no command {what}")


def read_commands(server):
    for line in sys.stdin:
        if line.strip():
            GLib.idle_add(obey, server, line)
    os._exit(0)


def obey(server, line):
    number = None
    try:
        request = json.loads(line)
        number = request.get("id")
        server.command(request)
        say(event="done", id=number)
    except (ClipError, KeyError, TypeError, ValueError, AttributeError, GLib.Error) as problem:
        say(event="refused", id=number, code=getattr(problem, "code", "badCommand"), message=str(problem))
    return False


def main():
    try:
        server = Server(json.loads(sys.stdin.readline()))
        server.listen()
    except ClipError as problem:
        die(problem.code, str(problem))
    except GLib.Error as problem:
        die("certificate", problem.message)
    server.feeder.start()
    threading.Thread(target=read_commands, args=(server,), daemon=True).start()
    GLib.timeout_add_seconds(5, lambda: server.rtsp.get_session_pool().cleanup() >= 0)
    say(event="ready", port=server.rtsp.get_bound_port(), cameras=list(server.cameras))
    GLib.MainLoop().run()


main()
