import { expect, it } from 'vitest';
import { samplesOf, sumOf } from '../../../../bench/common/metric-samples.js';

const TEXT = `# HELP hosts Hosts.
# TYPE hosts counter
hosts{host="decode-0",role="decode"} 2
hosts{host="decode-1",role="decode"} 3
hosts{host="a \\"b\\", {c}",role="ingest"} 1
free 1.5e+9
`;

it('reads names, labels and values, and adds up what has the labels that are asked for', () => {
  const samples = samplesOf(TEXT);
  expect(samples).toHaveLength(4);
  expect(samples[2]?.labels).toEqual({ host: 'a \\"b\\", {c}', role: 'ingest' });
  expect(sumOf(samples, 'hosts')).toBe(6);
  expect(sumOf(samples, 'hosts', { role: 'decode' })).toBe(5);
  expect(sumOf(samples, 'free')).toBe(1.5e9);
  expect(sumOf(samples, 'hosts', { role: 'none' })).toBeUndefined();
});
