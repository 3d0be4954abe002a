import { parseDuration } from '../core/duration.js';
import type { GraphNode } from './graph.js';
import { shown } from './json-pointer.js';
import { shortType } from './node-registry.js';
import type { Places } from './places.js';

type Report = (pointer: string, message: string) => void;
type Loose = Partial<Record<string, unknown>>;

/** A text with what is known put in; undefined while something is open. */
export type Fill = (text: string) => string | undefined;

/** What a single property cannot tell: properties that must fit each other. */
export const checkNode = (node: GraphNode, fill: Fill, places: Places, report: Report): void => {
  const document = node.document as Loose;
  switch (shortType(node.type?.type ?? '')) {
    case 'SignalGateProcessor':
      checkGateTimes(document, fill, places, report);
      break;
    case 'MotionDetectionProcessor':
      checkUniqueNames(document['zones'], 'zone', fill, places, report);
      break;
    case 'LineCrossingProcessor':
      checkUniqueNames(document['lines'], 'line', fill, places, report);
      break;
    case 'GrpcExtension':
      checkSharedMemory(document['dataTransfer'], fill, places, report);
      break;
  }
};

const filled = (value: unknown, fill: Fill): string | undefined =>
  typeof value === 'string' ? fill(value) : undefined;

const checkGateTimes = (gate: Loose, fill: Fill, places: Places, report: Report): void => {
  const [minimum, maximum] = ['minimumActivationTime', 'maximumActivationTime'].map((name) => filled(gate[name], fill));
  const [least, most] = [minimum, maximum].map((text) => (text === undefined ? undefined : parseDuration(text)));
  if (least === undefined || most === undefined || least <= most) return;
  report(
    places.of(gate, 'maximumActivationTime'),
    `${shown(maximum)} must not be less than the minimumActivationTime, ${shown(minimum)}`,
  );
};

const checkUniqueNames = (items: unknown, noun: string, fill: Fill, places: Places, report: Report): void => {
  const seen = new Set<string>();
  for (const item of Array.isArray(items) ? (items as Loose[]) : []) {
    const name = item?.['name'];
    if (typeof name !== 'string') continue;
    // While a parameter is open, two names are the same only if they are written the same.
    const known = fill(name) ?? name;
    if (seen.has(known)) report(places.of(item, 'name'), `is the name of another ${noun} already`);
    seen.add(known);
  }
};

const checkSharedMemory = (transfer: unknown, fill: Fill, places: Places, report: Report): void => {
  if (typeof transfer !== 'object' || transfer === null) return;
  const { mode, sharedMemorySizeMiB } = transfer as Loose;
  if (sharedMemorySizeMiB === undefined || filled(mode, fill)?.toLowerCase() !== 'embedded') return;
  report(places.of(transfer, 'sharedMemorySizeMiB'), 'is allowed only with the mode sharedMemory');
};
