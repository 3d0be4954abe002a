import { expect, it } from 'vitest';
import { plotSvg } from '../../../../bench/soak/plot.js';

it('draws every sample, and the line over the part that it was made of', () => {
  const svg = plotSvg([
    {
      title: 'memory <of> the engine',
      unit: 'MiB',
      points: [0, 30, 60].map((minute) => ({ minute, value: 100 + minute })),
      trend: { perHour: 60, error: 1, last: 160, from: 30 },
      verdict: 'grows',
    },
  ]);
  const lines = [...svg.matchAll(/<polyline [^>]*points="([^"]+)"/g)].map((match) => match[1]!.split(' '));
  expect(lines.map((points) => points.length)).toEqual([3, 2]);
  // The line goes through the samples that lie on it.
  expect(lines[1]).toEqual(lines[0]!.slice(1));
  expect(svg).toContain('memory &lt;of> the engine: +60 ± 1 MiB/h, grows');
});
