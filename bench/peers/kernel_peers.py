#!/usr/bin/python3
"""Time of OpenCV's ways to find motion on the same luma planes, one thread.

usage: kernel_peers.py PLANES WIDTH HEIGHT ROUNDS      PLANES: luma planes one after another
Prints JSON: {name: {"median": µs, "p10": µs, "p90": µs}, …, "opencv": version}
"""
import json
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)
path, w, h, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
planes = np.fromfile(path, np.uint8).reshape(-1, h, w)


def chain():
    """Blur, difference to a running mean, threshold, dilate, contours with their areas and boxes."""
    avg = planes[0].astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)

    def step(y):
        x = cv2.GaussianBlur(y, (3, 3), 1)
        d = cv2.absdiff(x, cv2.convertScaleAbs(avg))
        m = cv2.dilate(cv2.threshold(d, 30, 255, cv2.THRESH_BINARY)[1], kernel)
        for c in cv2.findContours(m, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            if cv2.contourArea(c) > 10:
                cv2.boundingRect(c)
        cv2.accumulateWeighted(x, avg, 0.01)

    return step


def chain_contrast():
    """The same with the contrast stretched between percentiles before."""
    inner = chain()

    def step(y):
        lo, hi = np.percentile(y, (4, 96))
        x = np.clip(y, lo, hi)
        inner(((x - lo) / max(1.0, hi - lo) * 255).astype(np.uint8))

    return step


def mog2():
    model = cv2.createBackgroundSubtractorMOG2()
    return model.apply


def knn():
    model = cv2.createBackgroundSubtractorKNN()
    return model.apply


def blank():
    return lambda y: None


out = {"opencv": cv2.__version__}
for name, make in [("call", blank), ("frigate chain", chain), ("frigate chain with contrast", chain_contrast), ("MOG2", mog2), ("KNN", knn)]:
    step = make()
    for y in planes:
        step(y)
    spent = []
    for _ in range(rounds):
        for y in planes:
            began = time.perf_counter()
            step(y)
            spent.append((time.perf_counter() - began) * 1e6)
    spent.sort()
    n = len(spent)
    out[name] = {"median": spent[n // 2], "p10": spent[n // 10], "p90": spent[n * 9 // 10]}
print(json.dumps(out))
