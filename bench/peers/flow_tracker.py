"""A tracker of boxes by OpenCV's optical flow (pyramidal Lucas-Kanade), after the published MedianFlow (Kalal et al. 2010): a grid
of points in each box, followed there and back, the half that comes back best kept, the median of their ways for the place and
of the ratios of their distances for the size. Detections are matched by overlap. usage: flow_tracker.py JOBS.json OUT.json"""
import json
import sys
import time

import cv2
import numpy as np

GRID = 8
LEAST_IOU = 0.3
MOST_MISSES = 2


def iou(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / (a[2] * a[3] + b[2] * b[3] - w * h)


def grid(box):
    x = np.linspace(box[0] + 0.1 * box[2], box[0] + 0.9 * box[2], GRID)
    y = np.linspace(box[1] + 0.1 * box[3], box[1] + 0.9 * box[3], GRID)
    return np.array([(a, b) for b in y for a in x], dtype=np.float32)


def follow(before, now, tracks):
    """Moves all boxes by how their points have moved."""
    if not tracks:
        return
    points = np.concatenate([grid(t["box"]) for t in tracks]).reshape(-1, 1, 2)
    there, ok, _ = cv2.calcOpticalFlowPyrLK(before, now, points, None, winSize=(11, 11), maxLevel=3)
    back, ok_back, _ = cv2.calcOpticalFlowPyrLK(now, before, there, None, winSize=(11, 11), maxLevel=3)
    astray = np.abs(back - points).reshape(-1, 2).max(axis=1)
    good = (ok.ravel() > 0) & (ok_back.ravel() > 0)
    n = GRID * GRID
    for i, track in enumerate(tracks):
        part = slice(i * n, (i + 1) * n)
        mine = good[part]
        if mine.sum() < 4:
            continue
        mine = mine & (astray[part] <= np.median(astray[part][mine]))
        p, q = points[part].reshape(-1, 2)[mine], there[part].reshape(-1, 2)[mine]
        if len(p) < 2:
            continue
        dx, dy = np.median(q - p, axis=0)
        first, second = np.triu_indices(len(p), 1)
        distance = np.linalg.norm(p[first] - p[second], axis=1)
        scale = float(np.median(np.linalg.norm(q[first] - q[second], axis=1) / np.maximum(distance, 1e-3)))
        scale = min(1.1, max(0.9, scale))
        x, y, w, h = track["box"]
        track["box"] = [x + dx + w * (1 - scale) / 2, y + dy + h * (1 - scale) / 2, w * scale, h * scale]


def settle(tracks, found, next_id):
    """The pair that overlaps most first; what is left of the detections begins tracks."""
    near = sorted(
        ((iou(t["box"], box), i, j) for i, t in enumerate(tracks) for j, box in enumerate(found)), reverse=True
    )
    met, used = set(), set()
    for value, i, j in near:
        if value < LEAST_IOU or i in met or j in used:
            continue
        met.add(i)
        used.add(j)
        tracks[i].update(box=list(found[j]), misses=0)
    for i, track in enumerate(tracks):
        if i not in met:
            track["misses"] += 1
    kept = [t for t in tracks if t["misses"] < MOST_MISSES]
    for j, box in enumerate(found):
        if j not in used:
            next_id += 1
            kept.append({"id": next_id, "misses": 0, "box": list(box)})
    return kept, next_id


def run(job):
    width, height, bytes_each = job["width"], job["height"], job["bytes"]
    tracks, next_id, before, told = [], 0, None, []
    spent = []
    with open(job["path"], "rb") as pictures:
        for found in job["detections"]:
            data = np.frombuffer(pictures.read(bytes_each), dtype=np.uint8)
            now = data[: width * height].reshape(height, width)
            began = time.perf_counter()
            if before is not None:
                follow(before, now, tracks)
            if found is not None:
                tracks, next_id = settle(tracks, found, next_id)
            if tracks:
                spent.append((time.perf_counter() - began) / len(tracks))
            told.append([[t["id"], *t["box"]] for t in tracks])
            before = now
    return {"told": told, "micros": 1e6 * float(np.median(spent)) if spent else 0.0}


def main():
    cv2.setNumThreads(1)
    with open(sys.argv[1]) as given:
        jobs = json.load(given)
    with open(sys.argv[2], "w") as out:
        json.dump([run(job) for job in jobs], out)


main()
