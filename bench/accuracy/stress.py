#!/usr/bin/python3
"""Makes stress variants of labelled clips: a long quiet lead-in with one disturbance, then a real event.

usage: stress.py CLIPS OUT [NAME…]    CLIPS: folder of labelled clips; OUT: gets a folder for each base and kind
Deterministic. Needs python3-opencv and ffmpeg. Existing variants are left alone.
"""
import json, os, subprocess, sys
import cv2
import numpy as np

LEAD = 28.0
AT = 15.0  # when the disturbance begins, s
KINDS = ["base", "ir", "exposure", "headlight", "noise", "cloud", "shake", "clock"]
# clip: (quiet from, to, event from, to) in seconds
BASES = {
    "intel_one_by_one": (1.0, 5.0, 5.5, 20.4),
    "intel_car_detection": (10.0, 13.6, 13.7, 19.6),
    "psu_walk": (0.0, 2.0, 2.0, 11.0),
    "psu_getin": (13.8, 16.8, 16.8, 23.6),
}


def clip_file(folder):
    return next(os.path.join(folder, f) for f in sorted(os.listdir(folder)) if f.endswith((".mp4", ".avi", ".mkv")))


def read(file):
    cap = cv2.VideoCapture(file)
    frames = []
    while True:
        ok, frame = cap.read()
        if not ok:
            return frames
        frames.append(frame)


def lead_in(frames, fps):
    """Plays the quiet part forth and back, so that nothing jumps."""
    n = int(LEAD * fps)
    there = list(range(len(frames)))
    order = there + there[-2:0:-1]
    return [frames[order[i % len(order)]] for i in range(n)]


def luma_gain(frame, gain, gamma=1.0):
    f = frame.astype(np.float32) / 255
    if gamma != 1.0:
        f = f**gamma
    return f * gain * 255


def disturb(kind, frame, t, i, fps, rng, lead):
    """One frame of the lead-in or, for lasting kinds, of all that follows."""
    h, w = frame.shape[:2]
    f = frame.astype(np.float32)
    if kind == "ir" and t >= AT:
        k = min(1.0, (t - AT) / 0.4)
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)[..., None].astype(np.float32)
        f = f + (grey - f) * k
        f = (np.clip(f, 0, 255) / 255) ** (1 - 0.3 * k) * (1 + 0.15 * k) * 255
        f = f + rng.normal(0, 6, (h, w, 1)).astype(np.float32) * k
    elif kind == "exposure" and lead:
        k = np.clip((t - AT) / 0.2, 0, 1) - np.clip((t - AT - 3) / 0.2, 0, 1)
        f = f * (1 + 0.25 * k)
    elif kind == "headlight" and lead and AT <= t < AT + 1.5:
        r = 0.2 * w
        cx = -r + (w + 2 * r) * (t - AT) / 1.5
        y, x = np.mgrid[0:h, 0:w].astype(np.float32)
        d2 = ((x - cx) ** 2 + (y - 0.55 * h) ** 2) / (r * r)
        f = f + (60 * np.clip(1 - d2, 0, 1) ** 2)[..., None]
    elif kind == "noise":
        f = f + rng.normal(0, 10, (h, w, 1)).astype(np.float32)
    elif kind == "cloud" and lead:
        k = np.clip(1 - abs(t - AT - 5) / 5, 0, 1)
        f = f * (1 - 0.4 * k)
    elif kind == "shake" and lead and AT <= t < AT + 1.0:
        a = 3.0 * w / 320
        m = np.float32([[1, 0, rng.uniform(-a, a)], [0, 1, rng.uniform(-a, a)]])
        f = cv2.warpAffine(f, m, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    f = np.clip(f, 0, 255).astype(np.uint8)
    if kind == "clock":
        s = int(t) + 12 * 3600 + 59 * 60 + 40
        text = "2024-05-01 %02d:%02d:%02d" % (s // 3600, s // 60 % 60, s % 60)
        size = h / 480
        cv2.putText(f, text, (int(8 * size), int(24 * size)), cv2.FONT_HERSHEY_SIMPLEX, 0.8 * size, (0, 0, 0), max(3, int(4 * size)))
        cv2.putText(f, text, (int(8 * size), int(24 * size)), cv2.FONT_HERSHEY_SIMPLEX, 0.8 * size, (255, 255, 255), max(1, int(2 * size)))
    return f


def make(clips, out, base, kind):
    folder = os.path.join(out, f"{base}-{kind}")
    if os.path.exists(os.path.join(folder, "events.json")):
        return
    os.makedirs(folder, exist_ok=True)
    source = os.path.join(clips, base)
    labels = json.load(open(os.path.join(source, "events.json")))
    q0, q1, e0, e1 = BASES[base]
    fps = float(labels["fps_nominal"])
    frames = read(clip_file(source))
    quiet = frames[int(q0 * fps) : int(q1 * fps)]
    event = frames[int(e0 * fps) : int(e1 * fps)]
    lead = lead_in(quiet, fps)
    rng = np.random.default_rng(7)
    h, w = frames[0].shape[:2]
    enc = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{w}x{h}", "-r", str(fps), "-i", "-", "-pix_fmt", "yuv420p",
         "-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-g", str(round(2 * fps)), "-threads", "1", os.path.join(folder, f"{base}-{kind}.mp4")],
        stdin=subprocess.PIPE,
    )
    for i, frame in enumerate(lead + event):
        enc.stdin.write(disturb(kind, frame, i / fps, i, fps, rng, i < len(lead)).tobytes())
    enc.stdin.close()
    if enc.wait():
        raise SystemExit("ffmpeg failed")
    begin = len(lead) / fps
    events = []
    for e in labels["events"]:
        s, t = max(e["start_s"], e0), min(e["end_s"], e1)
        if t - s > 0.5:
            events.append({"start_s": round(begin + s - e0, 3), "end_s": round(begin + t - e0, 3), "what": e["what"]})
    meta = {"name": f"{base}-{kind}", "fps_nominal": fps, "base": base, "kind": kind, "lead_s": begin, "at_s": AT, "events": events}
    json.dump(meta, open(os.path.join(folder, "events.json"), "w"), indent=1)


if __name__ == "__main__":
    clips, out = sys.argv[1:3]
    for base in sys.argv[3:] or BASES:
        for kind in KINDS:
            make(clips, out, base, kind)
            print(base, kind, flush=True)
