import type { Readiness } from '../api/ports.js';

/** The checks of all as those of one: `ok`, or whose part is not, and why. */
export const readinessOf = (all: ReadonlyArray<readonly [of: string, checks: Readiness['checks']]>): Readiness => {
  const checks: Record<string, string> = {};
  for (const [of, parts] of all) {
    for (const [part, state] of Object.entries(parts)) {
      const before = checks[part] ?? 'ok';
      const said = state === 'ok' ? [] : [`${of}: ${state}`];
      checks[part] = [...(before === 'ok' ? [] : [before]), ...said].join('; ') || 'ok';
    }
  }
  return { ready: Object.values(checks).every((state) => state === 'ok'), checks };
};
