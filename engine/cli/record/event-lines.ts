import { AvaEvent, SluiceEvent } from '../../events/catalogue.js';
import type { EventRecord } from '../../events/types.js';

type Data = EventRecord['data'];

/** What a person can do about a failure, where the event's own message does not say. */
const ADVICE: Readonly<Record<string, string>> = {
  [AvaEvent.AuthenticationError]:
    'Put user and password into the address: rtsp://user:password@host/path. In them, write @ as %40, / as %2F and # as %23.',
  [AvaEvent.AuthorizationError]: 'Give this user the right to watch, on the page of the camera.',
  [AvaEvent.ProtocolError]: "Compare port and path with the camera's manual; its page often shows the whole address.",
  [AvaEvent.StorageError]: "'npx sluice doctor' looks at the disk and the data folder.",
};

/** The camera is away. */
const AWAY: ReadonlySet<string> = new Set([
  AvaEvent.NetworkError,
  AvaEvent.AuthenticationError,
  AvaEvent.AuthorizationError,
  AvaEvent.ProtocolError,
]);

/** Those that other lines tell, and those that tell people nothing. */
const UNTOLD: ReadonlySet<string> = new Set([
  AvaEvent.Inference,
  AvaEvent.MediaSessionEstablished,
  AvaEvent.PipelineStateChanged,
  AvaEvent.RecordingStopped,
  SluiceEvent.EngineStarted,
  SluiceEvent.EngineStopped,
  SluiceEvent.PreRollTruncated,
]);

/** Whether the event says that the camera cannot be read. It is tried again. */
export const isAway = ({ eventType, data }: EventRecord): boolean => AWAY.has(eventType) && data['protocol'] === 'rtsp';

/** An event for people, in one line or two; undefined for those that are not told. */
export const eventLines = (event: EventRecord): string | undefined => {
  const { eventType, data } = event;
  if (UNTOLD.has(eventType)) return undefined;
  const isVideo = data['outputType'] === 'video';
  const place = String(data['outputLocation'] ?? '');
  if (eventType === AvaEvent.RecordingStarted) return isVideo ? `records into the video '${place}'` : undefined;
  if (eventType === AvaEvent.RecordingAvailable)
    return isVideo ? `recording finished${extentOf(data)}` : `clip ready: ${place}${extentOf(data)}`;
  const advice = ADVICE[eventType];
  const again = isAway(event) ? '. It is tried again, for as long as it takes' : '';
  return `${wordsOf(event)}${again}${advice ? `.\n${advice}` : ''}`;
};

const extentOf = ({ duration, bytes }: Data): string =>
  typeof duration === 'number' && typeof bytes === 'number'
    ? ` (${Math.round(duration)} s, ${(bytes / 1e6).toFixed(1)} MB)`
    : '';

/** What the event says itself, or else its name: of `Sluice.Diagnostics.DetectionDegraded`, "detection degraded". */
const wordsOf = ({ eventType, data }: EventRecord): string => {
  const { message, problem, cause } = data;
  for (const text of [message, problem]) if (typeof text === 'string') return text;
  const name = eventType
    .slice(eventType.lastIndexOf('.') + 1)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return typeof cause === 'string' ? `${name}: ${cause}` : name;
};

/** What motion is called in events. */
export const MOTION = 'motion';

/** What was seen, of an inference event: `motion`, or the names of objects. */
export const seenIn = ({ data }: EventRecord): string => {
  const inferences = Array.isArray(data['inferences']) ? (data['inferences'] as Inference[]) : [];
  const names = inferences.map(({ type, event, entity }) => entity?.tag?.value ?? event?.name ?? type ?? 'something');
  return [...new Set(names)].slice(0, 5).join(', ') || 'something';
};

interface Inference {
  readonly type?: string;
  readonly event?: { readonly name?: string };
  readonly entity?: { readonly tag?: { readonly value?: string } };
}
