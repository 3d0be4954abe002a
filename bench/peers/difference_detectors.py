"""Motion detectors that compare a picture with those just before it. Each has
`step(y, t)`: the luma picture and its time in seconds in; the verdict and the mask of moving pixels, or None, out."""
import cv2
import numpy as np

K3 = np.ones((3, 3), np.uint8)


class PamDiff:
    """Difference of pictures half a second apart over 9, more than 10 % of them."""

    def __init__(self, w, h, fps):
        self.prev, self.next = None, 0

    def step(self, y, t):
        if t < self.next - 1e-6:
            return False, None
        self.next = t + 0.5
        prev, self.prev = self.prev, y
        if prev is None:
            return False, None
        m = ((cv2.absdiff(y, prev) > 9) * 255).astype(np.uint8)
        return np.count_nonzero(m) > 0.1 * y.size, m


class GvaMotion:
    """Difference to the picture before, blur 3, over 15, open, dilate; blocks of 64 full-size pixels with 5 %."""

    def __init__(self, w, h, fps):
        self.prev, self.tracks = None, []

    def step(self, y, t):
        prev, self.prev = self.prev, y
        if prev is None:
            return False, None
        d = cv2.GaussianBlur(cv2.absdiff(y, prev), (3, 3), 0)
        m = ((d > 15) * 255).astype(np.uint8)
        m = cv2.dilate(cv2.morphologyEx(m, cv2.MORPH_OPEN, K3), K3)
        b = 16
        h, w = y.shape
        hot = np.zeros(((h + b - 1) // b, (w + b - 1) // b), np.uint8)
        for j in range(hot.shape[0]):
            for i in range(hot.shape[1]):
                hot[j, i] = np.count_nonzero(m[j * b : j * b + b, i * b : i * b + b]) >= 0.05 * b * b
        n, _, stats, _ = cv2.connectedComponentsWithStats(hot, connectivity=8)
        boxes = [s[:4] for s in stats[1:]]
        tracks = []
        for x in boxes:
            seen = 1
            for o, k in self.tracks:
                iw = min(x[0] + x[2], o[0] + o[2]) - max(x[0], o[0])
                ih = min(x[1] + x[3], o[1] + o[3]) - max(x[1], o[1])
                if iw > 0 and ih > 0 and iw * ih / (x[2] * x[3] + o[2] * o[3] - iw * ih) >= 0.3:
                    seen = max(seen, k + 1)
            tracks.append((x, seen))
        self.tracks = tracks
        return any(k >= 2 for _, k in tracks), m


class Kerberos:
    """Keyframes only: a pixel that differs by 60 from both neighbours in time; 150 of them."""

    def __init__(self, w, h, fps):
        self.last = []

    def step(self, y, t):
        self.last = (self.last + [y])[-3:]
        if len(self.last) < 3:
            return False, None
        a, b, c = self.last
        m = ((cv2.absdiff(c, a) > 60) & (cv2.absdiff(c, b) > 60)).astype(np.uint8) * 255
        return np.count_nonzero(m) > 150, m


class MotionCells:
    """Half size, difference to the picture before, adaptive threshold, close; a 10x10 cell with half its pixels."""

    def __init__(self, w, h, fps):
        self.prev = None

    def step(self, y, t):
        x = cv2.pyrDown(y)
        prev, self.prev = self.prev, x
        if prev is None:
            return False, None
        d = cv2.absdiff(x, prev)
        m = cv2.adaptiveThreshold(d, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV, 7, 5)
        m = cv2.erode(cv2.dilate(m, K3, iterations=2), K3, iterations=2)
        g = cv2.resize((m > 0).astype(np.float32), (10, 10), interpolation=cv2.INTER_AREA) > 0.5
        return bool(g.any()), cv2.resize(g.astype(np.uint8) * 255, (y.shape[1], y.shape[0]), interpolation=cv2.INTER_NEAREST)
