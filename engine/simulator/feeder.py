"""Sends the units of each camera's clip at their time, from one thread for all cameras."""

import heapq
import itertools
import random
import threading
import time

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

# Units due within this time of each other are sent in one go: wake-ups are what costs with hundreds of cameras.
TICK = 4_000_000
# A feeder later than this (the process was suspended) does not make up for what it missed.
TOO_LATE = 2_000_000_000
# What may wait in a camera's source while nobody takes it; beyond it, units are left out up to a keyframe.
QUEUE_BYTES = 1_000_000


class Stream:
    """The sending side of one client's media."""

    def __init__(self, camera, appsrc):
        self.camera = camera
        self.appsrc = appsrc
        self.clip = None
        self.index = 0
        self.anchor = 0  # monotonic time of the loop's start
        self.offset = None  # running time minus monotonic time
        self.sent = 0
        self.skipping = False
        self.open = True

    def join(self, clip, started, now):
        """
        Goes on with the last keyframe before the place where a camera would be that started its loop at `started`, and
        from there in real time: nothing is sent in a burst, so a client that joins may be up to a GOP behind another.
        """
        if clip is not self.clip:
            self.clip = clip
            self.appsrc.set_caps(Gst.Caps.from_string(clip.caps))
        position = (now - started) % clip.length
        self.index = clip.keyframe_before(position)
        self.anchor = now - clip.units[self.index].dts

    def due(self):
        return self.anchor + self.clip.units[self.index].dts

    def advance(self):
        self.index += 1
        if self.index == len(self.clip.units):
            self.index = 0
            self.anchor += self.clip.length


class Feeder(threading.Thread):
    def __init__(self, on_start):
        super().__init__(daemon=True)
        self._on_start = on_start
        self._lock = threading.Condition()
        self._heap = []
        self._order = itertools.count()

    def add(self, stream):
        with self._lock:
            heapq.heappush(self._heap, (time.monotonic_ns(), next(self._order), stream))
            self._lock.notify()

    def run(self):
        while True:
            with self._lock:
                while not self._heap:
                    self._lock.wait()
                wait = self._heap[0][0] - time.monotonic_ns()
                if wait > 0:
                    self._lock.wait(max(wait, TICK) / 1e9)
                    continue
                _, _, stream = heapq.heappop(self._heap)
            again = self._serve(stream)
            if again is not None:
                with self._lock:
                    heapq.heappush(self._heap, (again, next(self._order), stream))

    def _serve(self, stream):
        """Sends what is due; returns when to come back, or None when the stream is over."""
        now = time.monotonic_ns()
        if not stream.open:
            return None
        camera = stream.camera
        if stream.offset is None:
            clock, base = stream.appsrc.get_clock(), stream.appsrc.get_base_time()
            # The clock is set a moment before the base time; in between every running time would be years.
            if clock is None or base == 0:
                return now + TICK
            now = time.monotonic_ns()
            stream.offset = clock.get_time() - base - now
            if camera.started is None:
                camera.started = now
            stream.join(camera.clip, camera.started, now)
            self._on_start(camera, now - stream.anchor)
        if camera.clip is not stream.clip:
            stream.join(camera.clip, stream.anchor, now)
        # A client that asks while the camera is stalled gets the first unit, so that it learns the format, then silence.
        if camera.stalled and stream.sent:
            stream.skipping = True
            return now + 20 * TICK
        if stream.skipping and stream.appsrc.get_current_level_bytes() == 0:
            stream.skipping = False
            stream.join(camera.clip, stream.anchor, now)
        if now - stream.due() > TOO_LATE:
            stream.join(camera.clip, stream.anchor, now)
        while stream.due() <= now:
            self._send(stream)
            if camera.stalled:
                break
        return stream.due()

    def _send(self, stream):
        unit = stream.clip.units[stream.index]
        if unit.key and not stream.skipping and stream.appsrc.get_current_level_bytes() > QUEUE_BYTES:
            stream.skipping = True
        if not stream.skipping:
            garbage = stream.camera.garbage
            data = GLib.Bytes.new(corrupted(unit.data, garbage)) if garbage else unit.bytes
            buffer = Gst.Buffer.new_wrapped_bytes(data)
            buffer.pts = stream.anchor + stream.offset + unit.pts
            buffer.dts = stream.anchor + stream.offset + unit.dts
            if not unit.key:
                buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
            stream.appsrc.push_buffer(buffer)
            stream.sent += 1
        stream.advance()


def corrupted(data, share):
    """Overwrites `share` of the bytes at random. Everything may be hit: start codes, headers, payload."""
    broken = bytearray(data)
    for _ in range(max(1, round(len(broken) * share))):
        broken[random.randrange(len(broken))] = random.randrange(256)
    return bytes(broken)
