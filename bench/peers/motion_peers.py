#!/usr/bin/python3
"""Other programs' motion detectors as they are described in their sources, with their published defaults, on raw I420 pictures.

usage: motion_peers.py JOBS.json OUT.json
JOBS: [{"clip", "rate", "path", "width", "height", "fps", "picks": [picture numbers], "times": [s], "keyframes": [picture numbers], "keyframeTimes": [s],
        "groundtruth": {"picture number": "png path"} or null}]
OUT:  {"clip|rate": {peer: {"t": [s of verdicts], "tp","fp","fn", "us": mean time of a picture}}}
Needs python3-opencv. Written from descriptions of the algorithms; none of their code is used.
"""
import json
import sys
import time

import cv2
import numpy as np

# The source tree stays as it is.
sys.dont_write_bytecode = True
from background_detectors import Census, Frigate, Mixture, Motion, Viseron, ZoneMinder  # noqa: E402
from difference_detectors import GvaMotion, Kerberos, MotionCells, PamDiff  # noqa: E402

cv2.setNumThreads(1)

PEERS = {
    "motioncells": MotionCells,
    "gvamotiondetect": GvaMotion,
    "frigate": Frigate,
    "census": Census,
    "mog2": lambda w, h, f: Mixture(cv2.createBackgroundSubtractorMOG2),
    "knn": lambda w, h, f: Mixture(cv2.createBackgroundSubtractorKNN),
    "zoneminder": ZoneMinder,
    "motion": Motion,
    "kerberos": Kerberos,
    "viseron": Viseron,
    "pam-diff": PamDiff,
}


def pixels(mask, truth, total):
    g = cv2.resize(truth, (mask.shape[1], mask.shape[0]), interpolation=cv2.INTER_NEAREST)
    use, fg, on = (g != 85) & (g != 170), g == 255, mask > 0
    total[0] += np.count_nonzero(on & fg & use)
    total[1] += np.count_nonzero(on & ~fg & use)
    total[2] += np.count_nonzero(~on & fg & use)


def run(job):
    w, h = job["width"], job["height"]
    chroma = ((w >> 1) + 3) & ~3
    size = w * h + 2 * chroma * (h >> 1)
    data = np.memmap(job["path"], np.uint8, "r")
    fps = len(job["picks"]) / max(0.1, job["times"][-1] - job["times"][0] + 0.001)
    wanted = set(job["picks"]) | set(job["keyframes"])
    truth = {int(k): cv2.imread(v, 0) for k, v in (job.get("groundtruth") or {}).items() if int(k) in wanted}
    out = {}
    for name, make in PEERS.items():
        peer, hits, total, spent, n = make(w, h, fps), [], [0, 0, 0], 0.0, 0
        seen = ("keyframes", "keyframeTimes") if name == "kerberos" else ("picks", "times")
        for i, t in zip(*(job[key] for key in seen)):
            y = np.ascontiguousarray(data[i * size : i * size + w * h].reshape(h, w))
            began = time.perf_counter()
            hit, mask = peer.step(y, t)
            spent += time.perf_counter() - began
            n += 1
            if hit:
                hits.append(t)
            if i in truth and mask is not None:
                pixels(mask, truth[i], total)
        out[name] = {"t": hits, "tp": int(total[0]), "fp": int(total[1]), "fn": int(total[2]), "us": spent / max(1, n) * 1e6}
    return out


if __name__ == "__main__":
    result = {}
    for job in json.load(open(sys.argv[1])):
        result[job["clip"] + "|" + job["rate"]] = run(job)
        print(job["clip"], job["rate"], file=sys.stderr, flush=True)
    json.dump(result, open(sys.argv[2], "w"))
