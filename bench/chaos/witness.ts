import type { EventRecord } from '../../engine/events/types.js';
import { type Sample, sumOf } from '../common/metric-samples.js';
import { pipelineOf } from './judge/stories.js';
import { awaited } from './patience.js';
import type { Stage } from './stage/stage.js';
import { type AnyOf, isCameraTrouble, PROMISED_SECONDS, type Sign } from './telling.js';

/** What there was before a fault. */
export interface Before {
  metrics: readonly Sample[];
  /** Number of the last event. */
  last: number;
  logLength: number;
}

/** What there is to look for signs in. */
export interface Evidence {
  metrics: readonly Sample[];
  checks: Readonly<Record<string, string>>;
  /** Those after the fault. */
  events: readonly EventRecord[];
  /** What was logged after it. */
  log: string;
}

export const remember = async ({ client, follower, engine }: Stage): Promise<Before> => ({
  metrics: (await client.metrics()) ?? [],
  last: follower.last,
  logLength: engine.log.length,
});

/** @param pipelines that a fault hits; undefined for all */
export const shows = (sign: Sign, before: Before, now: Evidence, pipelines?: readonly string[]): boolean => {
  switch (sign.by) {
    case 'event':
      return now.events.some((event) => {
        const pipeline = pipelineOf(event);
        return event.eventType === sign.type && (!pipeline || !pipelines || pipelines.includes(pipeline));
      });
    case 'metric': {
      const was = sumOf(before.metrics, sign.name, sign.labels) ?? 0;
      const is = sumOf(now.metrics, sign.name, sign.labels);
      if (is === undefined) return false;
      if (sign.when === 'rises') return is > was;
      return sign.when === 'falls' ? is < was : is <= sign.when.atMost;
    }
    case 'readiness':
      return (now.checks[sign.check] ?? 'ok') !== 'ok';
    case 'log':
      return now.log.includes(sign.text);
  }
};

const gather = async ({ client, follower, engine }: Stage, before: Before): Promise<Evidence> => {
  const readiness = (await client.request('/readyz')).body as { checks?: Record<string, string> } | undefined;
  return {
    metrics: (await client.metrics()) ?? [],
    checks: readiness?.checks ?? {},
    events: follower.events.filter(({ seq }) => seq > before.last),
    log: engine.log.slice(before.logLength),
  };
};

export interface Expected {
  tells: readonly AnyOf[];
  pipelines: readonly string[] | undefined;
  withinSeconds: number;
}

/** Waits for the signs. @returns those that did not come, as alternatives, in time. */
export const missingSigns = async (stage: Stage, before: Before, expected: Expected): Promise<AnyOf[]> => {
  let missing: AnyOf[] = [...expected.tells];
  if (missing.length === 0) return [];
  await awaited(async () => {
    const now = await gather(stage, before);
    // A sign that has been seen stays seen: a metric may be back by the time that an event comes.
    missing = missing.filter((any) => !any.some((sign) => shows(sign, before, now, expected.pipelines)));
    return missing.length === 0 ? true : undefined;
  }, expected.withinSeconds * 1000);
  return missing;
};

export const promisedWithin = (knownAfterSeconds: number): number => knownAfterSeconds + PROMISED_SECONDS;

/** Events by which other pipelines than those that were hit complain of their cameras: a fault must stay where it is. */
export const disturbed = (events: readonly EventRecord[], pipelines: readonly string[]): EventRecord[] =>
  events.filter((event) => {
    const pipeline = pipelineOf(event);
    return pipeline !== undefined && !pipelines.includes(pipeline) && isCameraTrouble(event.eventType);
  });
