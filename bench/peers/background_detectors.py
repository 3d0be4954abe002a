"""Motion detectors that compare a picture with a model of the background. Each has
`step(y, t)`: the luma picture and its time in seconds in; the verdict and the mask of moving pixels, or None, out."""
import cv2
import numpy as np

K3 = np.ones((3, 3), np.uint8)
CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


class Frigate:
    """Contrast-stretched 100-row picture against a running mean; blur, threshold 30, dilate, contours over 10."""

    def __init__(self, w, h, fps):
        self.size = (max(1, round(100 * w / h)), 100)
        self.avg = None
        self.calibrating, self.count = True, 0
        self.lo, self.hi, self.i = np.zeros(50), np.full(50, 255.0), 0

    def step(self, y, t):
        x = cv2.resize(y, self.size, interpolation=cv2.INTER_NEAREST)
        lo, hi = np.percentile(x, 4), np.percentile(x, 96)
        if lo < hi:
            self.lo[self.i % 50], self.hi[self.i % 50] = lo, hi
            self.i += 1
        a, b = self.lo.mean(), self.hi.mean()
        x = ((np.clip(x, a, b) - a) / (b - a) * 255).astype(np.uint8)
        x = cv2.GaussianBlur(x, (3, 3), 1)
        if self.avg is None:
            self.avg = np.zeros(x.shape, np.float32)
        d = cv2.absdiff(x, cv2.convertScaleAbs(self.avg))
        m = cv2.dilate(cv2.threshold(d, 30, 255, cv2.THRESH_BINARY)[1], K3)
        areas = [cv2.contourArea(c) for c in cv2.findContours(m, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]]
        boxes = sum(a > 10 for a in areas)
        share = sum(areas) / m.size
        if share < 0.05 and boxes <= 4:
            self.calibrating = False
        if self.calibrating or share > 0.8:
            self.calibrating = True
        rate = 0.2 if self.calibrating else 0.01
        if boxes:
            self.count += 1
        else:
            self.count = 0
        if not boxes or self.count >= 10:
            cv2.accumulateWeighted(x, self.avg, rate)
        return boxes > 0, m


class Motion:
    """Reference picture with static-object timer, noise tuning, despeckle EedDl, 1500 pixels of 640x480 scaled."""

    def __init__(self, w, h, fps):
        self.ref, self.noise, self.dyn = None, 32, None
        self.threshold = 1500 * w * h / (640 * 480)
        self.accept = 10 * max(1, fps)
        self.n = 0

    def step(self, y, t):
        self.n += 1
        if self.ref is None:
            self.ref, self.dyn = y.astype(np.int16), np.zeros(y.shape, np.int16)
            return False, np.zeros_like(y)
        d = np.abs(self.ref - y)
        out = ((d > self.noise) * 255).astype(np.uint8)
        diffs = 0
        if np.count_nonzero(out) > self.threshold / 2:
            m = cv2.erode(out, K3)
            if m.any():
                m = cv2.erode(m, CROSS)
            if m.any():
                m = cv2.dilate(cv2.dilate(m, CROSS), K3)
                n, _, stats, _ = cv2.connectedComponentsWithStats(m, connectivity=4)
                a = stats[1:, cv2.CC_STAT_AREA]
                big = a[a > self.threshold].sum() if len(a) else 0
                diffs = big if big else (a.max() if len(a) else 0)
            mask = m
        else:
            mask = np.zeros_like(out)
        hit = bool(self.threshold < diffs < y.size * 1.5) and self.n > 4
        if not hit:
            self.noise = int(4 + (self.noise + d.mean() * 3) / 2)
        old = d > self.noise * 0.2
        self.dyn[old & (out > 0)] += 1
        timed = self.dyn > self.accept
        keep = old & (out > 0) & ~timed
        blend = old & (out == 0)
        ref = np.where(keep, self.ref, y)
        ref = np.where(blend, (self.ref + y) // 2, ref)
        self.dyn[~keep] = 0
        self.ref = ref.astype(np.int16)
        return hit, mask


class ZoneMinder:
    """Reference blends 1/16; pixels over 25, 3x3 filter, blobs, each with a least area of the zone."""

    def __init__(self, w, h, fps):
        self.ref = None

    def step(self, y, t):
        if self.ref is None:
            self.ref = y.astype(np.float32)
        d = cv2.absdiff(y, cv2.convertScaleAbs(self.ref))
        m = ((d > 25) * 255).astype(np.uint8)
        cv2.accumulateWeighted(y, self.ref, 1 / 16)
        n = y.size
        a = np.count_nonzero(m)
        if not 0.005 * n <= a <= 0.75 * n:
            return False, np.zeros_like(m)
        f = cv2.dilate(cv2.erode(m, K3), K3)
        if np.count_nonzero(f) < 0.0035 * n:
            return False, f
        k, _, stats, _ = cv2.connectedComponentsWithStats(f, connectivity=4)
        return bool((stats[1:, cv2.CC_STAT_AREA] >= 0.003 * n).any()), f


class Viseron:
    """300x300, blur 21, mean 0.1, difference 15, dilate twice, largest contour over 8 %; once a second."""

    def __init__(self, w, h, fps):
        self.avg, self.next, self.last = None, 0, None

    def step(self, y, t):
        if t < self.next - 1e-6:
            return False, None
        self.next = t + 1
        x = cv2.GaussianBlur(cv2.resize(y, (300, 300)), (21, 21), 0)
        if self.avg is None:
            self.avg = x.astype(np.float32)
        cv2.accumulateWeighted(x, self.avg, 0.1)
        m = cv2.dilate(((cv2.absdiff(x, cv2.convertScaleAbs(self.avg)) > 15) * 255).astype(np.uint8), K3, iterations=2)
        cs = cv2.findContours(m, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
        return bool(cs) and max(cv2.contourArea(c) for c in cs) / m.size > 0.08, m


class Census:
    """Order of the eight neighbours against a mean; erode, dilate, the largest blob over 0.3 %."""

    def __init__(self, w, h, fps):
        self.bg, self.n, self.on = None, 0, 0

    @staticmethod
    def bits(x):
        p = cv2.copyMakeBorder(x, 1, 1, 1, 1, cv2.BORDER_REPLICATE).astype(np.int16)
        h, w = x.shape
        return [p[dy : dy + h, dx : dx + w] < p[1 : 1 + h, 1 : 1 + w] - 2 for dy in range(3) for dx in range(3) if (dy, dx) != (1, 1)]

    def step(self, y, t):
        if self.bg is None:
            self.bg = y.astype(np.float32)
        self.n += 1
        b = cv2.convertScaleAbs(self.bg)
        d = cv2.absdiff(y, b)
        differ = sum((p != q).astype(np.uint8) for p, q in zip(self.bits(y), self.bits(b)))
        f = ((differ >= 3) & (d > 18)) | ((b < 30) & (d > 25))
        f = f.astype(np.uint8)
        around = cv2.filter2D(f, -1, np.ones((3, 3), np.float32)) - f
        m = cv2.dilate(((f > 0) & (around >= 4)).astype(np.uint8) * 255, K3, iterations=2)
        if np.count_nonzero(m) > 0.5 * m.size:
            cv2.accumulateWeighted(y, self.bg, 0.15)
            return False, np.zeros_like(m)
        n, _, stats, _ = cv2.connectedComponentsWithStats(m, connectivity=4)
        hit = n > 1 and stats[1:, cv2.CC_STAT_AREA].max() / m.size > 0.003
        cv2.accumulateWeighted(y, self.bg, 0.002 if hit else 0.01)
        return bool(hit) and self.n > 10, m


class Mixture:
    def __init__(self, make):
        self.model = make()

    def step(self, y, t):
        m = ((self.model.apply(y) == 255) * 255).astype(np.uint8)
        m = cv2.morphologyEx(m, cv2.MORPH_OPEN, K3)
        n, _, stats, _ = cv2.connectedComponentsWithStats(m, connectivity=8)
        return bool(n > 1 and stats[1:, cv2.CC_STAT_AREA].max() > 0.003 * m.size), m
