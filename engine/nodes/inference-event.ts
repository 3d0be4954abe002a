import { type MediaTime, toTicks90k, type UtcMicros } from '../core/time.js';
import { AvaEvent } from '../events/catalogue.js';
import type { Inference } from '../inference/types.js';
import type { PlacedAnswer } from './extension-run.js';
import type { MadeEvent, NodeLinks } from './links.js';
import type { NodeContext } from './node-context.js';

/** What an event says besides its time: inferences, or what a server says instead. */
interface Inferred extends Readonly<Record<string, unknown>> {
  readonly inferences?: readonly Inference[];
}

/**
 * AVA's event about what was found.
 * @param at the media time of the picture, or of what was found
 * @param utc the same moment on the wall clock
 */
export const inferenceEvent = (at: MediaTime, utc: UtcMicros, inferred: Inferred): MadeEvent => ({
  ...{ kind: 'inference', at, eventType: AvaEvent.Inference, eventTime: utc },
  data: { ...inferred, timestamp: toTicks90k(utc) },
});

/** Publishes what an inference server has found. Nothing, if it has found nothing: what is published opens gates. */
export const emitAnswer = (
  { at, inferences, foreign }: PlacedAnswer,
  { clock }: Pick<NodeContext, 'clock'>,
  { pictures: [camera], events }: NodeLinks,
): void => {
  if (!camera || (inferences.length === 0 && !foreign)) return;
  const delaySeconds = Math.round((clock.monotonic() - at) / 1_000) / 1_000;
  events.emit(inferenceEvent(at, camera.toUtc(at), { ...(foreign ?? { inferences }), delaySeconds }));
};
