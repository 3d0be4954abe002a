import { expect, it } from 'vitest';
import { mergedMetrics } from '../../../../engine/fleet/metrics-text.js';

const text = (value: number, more = ''): string =>
  `# HELP a_total What {a} is.\n# TYPE a_total counter\na_total{camera="x \\" y"} ${value}\n\n# HELP b B.\n# TYPE b gauge\nb ${value}\n\n${more}`;

it('puts the metrics of several engines together, each family once', () => {
  const only = '# HELP c C.\n# TYPE c gauge\n# not available: closed\n\n';
  expect(
    mergedMetrics(
      new Map([
        ['front', text(1)],
        ['2', text(2, only)],
      ]),
    ),
  ).toBe(
    `# HELP a_total What {a} is.
# TYPE a_total counter
a_total{engine="front",camera="x \\" y"} 1
a_total{engine="2",camera="x \\" y"} 2

# HELP b B.
# TYPE b gauge
b{engine="front"} 1
b{engine="2"} 2

# HELP c C.
# TYPE c gauge

`,
  );
});
