"""A clip as a list of access units that can be sent round and round without a seam."""

import bisect

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402


class ClipError(Exception):
    """The file cannot be used; the text says which file and why."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Unit:
    """One access unit. Times are nanoseconds from the start of the loop."""

    __slots__ = ("data", "bytes", "pts", "dts", "key")

    def __init__(self, data, pts, key):
        self.data = data
        self.bytes = GLib.Bytes.new(data)
        self.pts = pts
        self.dts = pts
        self.key = key


class LoopClip:
    def __init__(self, path, codec, caps, units):
        self.path = path
        self.codec = codec
        self.caps = caps
        self.units = units
        self.length = _retime(units)
        self.keys = [index for index, unit in enumerate(units) if unit.key]

    def keyframe_before(self, position):
        """Index of the last keyframe that is sent at or before `position` in the loop."""
        place = bisect.bisect_right(self.keys, position, key=lambda index: self.units[index].dts)
        return self.keys[max(0, place - 1)]


def _retime(units):
    """
    Sets loop-relative times and returns the loop's length. Decode times are the sorted presentation times, moved back
    just enough that no unit is presented before it is decoded: containers and live sources often say nothing better.
    """
    order = sorted(unit.pts for unit in units)
    steps = sorted(after - before for before, after in zip(order, order[1:])) or [Gst.SECOND // 25]
    frame = max(1, steps[len(steps) // 2])
    delay = max(0, max(dts - unit.pts for dts, unit in zip(order, units)))
    first = order[0]
    for dts, unit in zip(order, units):
        unit.dts = dts - first
        unit.pts = unit.pts - first + delay
    return order[-1] - first + frame


def load_clip(path):
    """Reads the first H.264 or H.265 stream of a file, without decoding. Raises ClipError."""
    pipeline = Gst.Pipeline.new(None)
    source = Gst.ElementFactory.make("filesrc")
    source.set_property("location", path)
    parsebin = Gst.ElementFactory.make("parsebin")
    for element in (source, parsebin):
        pipeline.add(element)
    source.link(parsebin)
    found = {}

    def on_pad(_parsebin, pad):
        name = pad.query_caps(None).get_structure(0).get_name()
        codec = {"video/x-h264": "h264", "video/x-h265": "h265"}.get(name)
        if codec is None or found:
            found.setdefault("other", name)
            # Nothing reaches the sink: until the pipeline plays it would hold what it gets, and with it the demuxer, which
            # may have sound to give before the first picture that the pipeline waits for.
            branch = Gst.parse_bin_from_description(
                "valve drop=true drop-mode=forward-sticky-events ! fakesink sync=false async=false", True
            )
        else:
            found["codec"] = codec
            # Parameter sets in front of every keyframe: a client may join, and a fault may switch clips, at any of them.
            branch = Gst.parse_bin_from_description(
                f"{codec}parse config-interval=-1 ! video/x-{codec},stream-format=byte-stream,alignment=au"
                " ! appsink name=out sync=false max-buffers=64",
                True,
            )
        pipeline.add(branch)
        branch.sync_state_with_parent()
        pad.link(branch.get_static_pad("sink"))
        if branch.get_by_name("out"):
            found["sink"] = branch.get_by_name("out")

    parsebin.connect("pad-added", on_pad)
    try:
        pipeline.set_state(Gst.State.PLAYING)
        return _collect(path, pipeline, found)
    finally:
        pipeline.set_state(Gst.State.NULL)


def _collect(path, pipeline, found):
    bus = pipeline.get_bus()
    units, caps = [], None
    while True:
        sample = found["sink"].emit("try-pull-sample", 100 * Gst.MSECOND) if "sink" in found else None
        if sample:
            buffer = sample.get_buffer()
            key = not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT)
            if buffer.pts == Gst.CLOCK_TIME_NONE:
                raise ClipError("clipWithoutTimes", f"{path}: the video has no timestamps")
            if units or key:
                caps = caps or sample.get_caps().to_string()
                units.append(Unit(buffer.extract_dup(0, buffer.get_size()), buffer.pts, key))
            continue
        message = bus.timed_pop_filtered(
            0 if "sink" in found else 50 * Gst.MSECOND, Gst.MessageType.ERROR | Gst.MessageType.EOS
        )
        if message is None:
            continue
        if message.type == Gst.MessageType.ERROR:
            raise ClipError("clipUnreadable", f"{path}: {message.parse_error()[0].message}")
        if "sink" not in found:
            raise ClipError("clipCodec", f"{path}: no H.264 or H.265 video in it (found {found.get('other', 'nothing')})")
        if not units:
            raise ClipError("clipEmpty", f"{path}: the video holds no keyframe")
        return LoopClip(path, found["codec"], caps, units)
