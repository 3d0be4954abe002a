"""
Makes a clip that the simulator can loop: encodes raw I420 frames from stdin, or transcodes a file. The first line on
stdin is the job; the answer is one JSON line on stdout.
"""

import json
import os
import sys
import threading

sys.dont_write_bytecode = True


def answer(**result):
    print(json.dumps(result), flush=True)
    sys.exit(0 if result["ok"] else 1)


try:
    import gi

    gi.require_version("Gst", "1.0")
    from gi.repository import GLib, Gst
except (ImportError, ValueError) as problem:
    answer(ok=False, code="pythonModules", message=f"{problem}. Install python3-gi and gir1.2-gstreamer-1.0.")

Gst.init(None)

from loop_clip import ClipError, load_clip  # noqa: E402


def read_job():
    """Reads one line byte by byte: what follows on stdin is for the pipeline."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return json.loads(line)


def end_with_parent(out):
    """With a file nothing comes on stdin but its end, which means that nobody waits for the answer any more."""

    def watch():
        while os.read(0, 1):
            pass
        if os.path.exists(out):
            os.unlink(out)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def encoder(job):
    """
    Closed GOPs at fixed distances, no scene-cut keyframes, no look ahead: a camera's encoder, not an archive's. One that knows
    that a keyframe comes next, or the end, spends nearly nothing on the pictures before it.
    """
    codec, kbit, bframes = job["codec"], max(1, round(job["bitrate"] / 1000)), job["bframes"]
    # Whoever has to know it has counted it in pictures. Of a file, the rate may have been unknown.
    gop = job.get("distance") or max(1, round(job["gop"] * job["fps"]))
    name = {"h264": "x264enc", "h265": "x265enc"}[codec]
    if not Gst.ElementFactory.find(name):
        raise ClipError("encoderMissing", f"GStreamer has no {name}; install gstreamer1.0-plugins-ugly and -bad")
    if codec == "h264":
        settings = (
            f"bitrate={kbit} key-int-max={gop} bframes={bframes} b-adapt=false speed-preset=veryfast threads=1 "
            f"vbv-buf-capacity=1000 option-string=\"scenecut=0:min-keyint={gop}:open-gop=0:rc-lookahead=0:mbtree=0\""
        )
    else:
        settings = (
            f"bitrate={kbit} key-int-max={gop} speed-preset=ultrafast "
            f"option-string=\"bframes={bframes}:scenecut=0:min-keyint={gop}:open-gop=0:rc-lookahead={bframes + 1}:cutree=0:log-level=error\""
        )
    return f"{name} {settings} ! {codec}parse name=encoded ! mp4mux ! filesink name=out"


def frame_rate(fps):
    return f"{round(fps * 1000)}/1000"


def source(job):
    if job["kind"] == "raw":
        return (
            f"fdsrc fd=0 blocksize={job['width'] * job['height'] * 3 // 2} ! rawvideoparse format=i420 "
            f"width={job['width']} height={job['height']} framerate={frame_rate(job['fps'])}"
        )
    caps = "video/x-raw,format=I420,pixel-aspect-ratio=1/1"
    if job.get("width"):
        caps += f",width={job['width']},height={job['height']}"
    caps += f",framerate={frame_rate(job['fps'])}"
    return f"uridecodebin name=in ! videoconvert ! videoscale ! videorate ! {caps}"


def leave_out(pad, seconds):
    """What an encoder gave before it had found its rate does not get into the file."""
    began = None

    def probe(_pad, info):
        nonlocal began
        buffer = info.get_buffer()
        began = buffer.pts if began is None else began
        is_key = not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT)
        if is_key and buffer.pts - began >= round((seconds - 0.001) * Gst.SECOND):
            return Gst.PadProbeReturn.REMOVE
        return Gst.PadProbeReturn.DROP

    pad.add_probe(Gst.PadProbeType.BUFFER, probe)


def run(job):
    pipeline = Gst.parse_launch(f"{source(job)} ! queue ! {encoder(job)}")
    # Paths are set as properties: in the launch text they could be read as elements.
    pipeline.get_by_name("out").set_property("location", job["out"])
    if job.get("skip"):
        leave_out(pipeline.get_by_name("encoded").get_static_pad("src"), job["skip"] / job["fps"])
    if job["kind"] == "file":
        pipeline.get_by_name("in").set_property("uri", GLib.filename_to_uri(os.path.abspath(job["file"]), None))
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        Gst.CLOCK_TIME_NONE, Gst.MessageType.ERROR | Gst.MessageType.EOS
    )
    failed = message.parse_error()[0].message if message.type == Gst.MessageType.ERROR else None
    pipeline.set_state(Gst.State.NULL)
    if failed:
        raise ClipError("clipUnreadable", f"{job.get('file', 'generated scene')}: {failed}")


def native_fps(path):
    """Frames per second of any video file, for the keyframe distance; 25 when it does not say."""
    gi.require_version("GstPbutils", "1.0")
    from gi.repository import GstPbutils

    try:
        found = GstPbutils.Discoverer.new(10 * Gst.SECOND).discover_uri(GLib.filename_to_uri(os.path.abspath(path), None))
    except GLib.Error as problem:
        raise ClipError("clipUnreadable", f"{path}: {problem.message}")
    streams = found.get_video_streams()
    if not streams:
        raise ClipError("clipUnreadable", f"{path}: there is no video in it")
    return streams[0].get_framerate_num() / max(1, streams[0].get_framerate_denom()) or 25


def main():
    job = read_job()
    if job["kind"] == "file":
        end_with_parent(job["out"])
    try:
        if job["kind"] == "file" and job.get("asIs"):
            try:
                load_clip(job["file"])
                answer(ok=True, file=job["file"])
            except ClipError:
                pass  # transcoding says better than the loader what is wrong with the file
        if not job.get("fps"):
            job["fps"] = native_fps(job["file"])
        run(job)
        answer(ok=True, file=job["out"])
    except ClipError as problem:
        answer(ok=False, code=problem.code, message=str(problem))


main()
