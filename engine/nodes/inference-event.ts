import { toTicks90k } from '../core/time.js';
import { AvaEvent } from '../events/catalogue.js';
import type { PlacedAnswer } from './extension-run.js';
import type { NodeLinks } from './links.js';
import type { NodeContext } from './node-context.js';

/**
 * Publishes what an inference server has found: AVA's event, at the media time of the picture. Nothing, if it has found
 * nothing: what is published opens gates.
 */
export const emitAnswer = (
  { at, inferences, foreign }: PlacedAnswer,
  { clock }: Pick<NodeContext, 'clock'>,
  { pictures: [camera], events }: NodeLinks,
): void => {
  if (!camera || (inferences.length === 0 && !foreign)) return;
  const utc = camera.toUtc(at);
  const delaySeconds = Math.round((clock.monotonic() - at) / 1_000) / 1_000;
  const found = foreign ?? { inferences };
  events.emit({
    kind: 'inference',
    at,
    eventType: AvaEvent.Inference,
    eventTime: utc,
    data: { ...found, timestamp: toTicks90k(utc), delaySeconds },
  });
};
