import { type EventRecord, shortType } from '../api/events.js';

export type EventKind = 'motion' | 'recording' | 'camera' | 'trouble' | 'engine';

export interface EventWords {
  kind: EventKind;
  words: string;
}

const of = (data: EventRecord['data'], name: string): string => {
  const value = data[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const withDetail = (words: string, detail: string): string => (detail === '' ? words : `${words}: ${detail}`);

/** Whose connection an event is about. */
const SPEAKERS: Readonly<Record<string, string>> = {
  http: 'The inference server',
  grpc: 'The inference server',
  onvif: 'The camera’s ONVIF service',
};

const bySpeaker = (data: EventRecord['data'], words: string): string =>
  withDetail(`${SPEAKERS[of(data, 'protocol')] ?? 'The camera'} ${words}`, of(data, 'message'));

/** The detector judges pictures, and would not see an object in much of them. */
const isInsensitive = (data: EventRecord['data']): boolean => data['cause'] === 'insensitive';

const degradedWords = (data: EventRecord['data']): string => {
  if (!isInsensitive(data)) return withDetail('The detector does not work', of(data, 'cause'));
  const share = data['share'];
  const where = typeof share === 'number' ? `${Math.round(share * 100)} % of the picture` : 'much of the picture';
  const meanwhile =
    data['action'] === 'recording everything' ? 'everything is recorded meanwhile' : 'motion there may be missed';
  return `The detector sees little in ${where} (rain, shaking light or darkness): ${meanwhile}`;
};

type Telling = [EventKind, string | ((data: EventRecord['data']) => string)];

const TELLINGS: Readonly<Record<string, Telling>> = {
  'Analytics.Inference': ['motion', (data) => inferenceWords(data['inferences'])],
  'Operational.RecordingStarted': ['recording', 'Recording has begun'],
  'Operational.RecordingStopped': ['recording', (data) => withDetail('Recording has ended', of(data, 'reason'))],
  'Operational.RecordingAvailable': ['recording', 'Recording is finished'],
  'Operational.RecordingDeleted': ['recording', (data) => withDetail('Recording was removed', of(data, 'reason'))],
  'Operational.RecordingRecovered': ['recording', 'Recording was recovered after a crash'],
  'Operational.RecordingsAdopted': ['recording', 'Recordings were found on the disk'],
  'Operational.PipelineStateChanged': ['camera', (data) => `Now ${of(data, 'state')}`],
  'Operational.InputReceived': ['recording', 'A message has come'],
  'Diagnostics.PreRollTruncated': ['recording', 'Recording begins later than was wanted'],
  'Diagnostics.PreRollLimited': ['recording', 'There is memory for a shorter pre-roll only'],
  'Diagnostics.NothingRecorded': ['trouble', (data) => withDetail('Nothing was recorded', of(data, 'message'))],
  'Diagnostics.SignalIgnored': ['recording', 'A signal came too late to record'],
  'Diagnostics.TimestampDiscontinuity': ['camera', 'The clock of the camera has jumped'],
  'Diagnostics.WallClockStepped': ['engine', 'The clock of the engine was set'],
  'Diagnostics.CameraIsolated': ['trouble', 'What it sends crashes programs: it has processes of its own for now'],
  'Diagnostics.CameraReleased': ['camera', 'It shares processes with other cameras again'],
  'Diagnostics.DecoderFellBack': [
    'camera',
    (data) => withDetail('Its pictures are decoded by the processor, not by hardware', of(data, 'cause')),
  ],
  'Diagnostics.DecodingReduced': [
    'trouble',
    'The machine is overloaded: only the keyframes of this camera are looked at',
  ],
  'Diagnostics.DecodingRestored': ['camera', 'It is looked at as often as before'],
  'Diagnostics.EventsLost': ['trouble', 'Events were lost while the disk was full'],
  'Diagnostics.DataFolderLost': ['trouble', (data) => withDetail('The data folder is gone', of(data, 'problem'))],
  'Diagnostics.EngineLost': ['trouble', 'One of the engines has ended; it is started again'],
  'Diagnostics.EngineRestored': ['engine', 'The engine runs again'],
  'Diagnostics.DataFolderRestored': ['engine', 'The data folder is there again'],
  'Diagnostics.MediaFolderRestored': ['trouble', 'A folder of recordings had been removed, and was made again'],
  'scene.lightingChanged': ['camera', 'The light has changed'],
  'scene.tampered': ['trouble', 'The picture is covered or out of focus'],
  'scene.frozen': ['trouble', 'The picture does not change any more'],
  'scene.moved': ['trouble', 'The camera looks somewhere else'],
  'Operational.EngineStarted': ['engine', 'The engine has started'],
  'Operational.EngineStopped': ['engine', 'The engine has stopped'],
  'Operational.DatabaseDamaged': ['engine', (data) => withDetail('The database was damaged', of(data, 'problem'))],
  'Diagnostics.MediaSessionEstablished': ['camera', 'Connected'],
  'Diagnostics.NetworkError': ['trouble', (data) => bySpeaker(data, 'cannot be reached')],
  'Diagnostics.AuthenticationError': ['trouble', (data) => bySpeaker(data, 'refuses user or password')],
  'Diagnostics.AuthorizationError': ['trouble', (data) => bySpeaker(data, 'refuses access')],
  'Diagnostics.ProtocolError': ['trouble', (data) => bySpeaker(data, 'answers wrongly')],
  'Diagnostics.MediaFormatError': ['trouble', (data) => withDetail('The stream cannot be used', of(data, 'message'))],
  'Diagnostics.StorageError': ['trouble', (data) => withDetail('Cannot be written', of(data, 'message'))],
  'Diagnostics.DataDropped': ['trouble', (data) => withDetail('Media was lost', of(data, 'cause'))],
  'Diagnostics.DetectionDegraded': ['trouble', (data) => degradedWords(data)],
  'Diagnostics.DetectionRestored': [
    'camera',
    (data) => (isInsensitive(data) ? 'The detector sees enough again' : 'The detector works again'),
  ],
  'Diagnostics.InferenceRestored': ['engine', 'The inference server answers again'],
};

/** What an event says to people. Those that this page does not know have their name. */
export const eventWords = (event: EventRecord): EventWords => {
  const type = shortType(event);
  const telling = TELLINGS[type];
  if (!telling) {
    const name = (type.split('.')[1] ?? type).replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
    const words = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
    const kind = type.startsWith('Diagnostics') ? 'trouble' : 'engine';
    return { kind, words: withDetail(words, of(event.data, 'message') || of(event.data, 'problem')) };
  }
  const [kind, words] = telling;
  return { kind, words: typeof words === 'string' ? words : words(event.data) };
};

const inferenceWords = (inferences: unknown): string => {
  if (!Array.isArray(inferences)) return 'Something was seen';
  const names = (
    inferences as { type?: unknown; event?: { name?: unknown }; entity?: { tag?: { value?: unknown } } }[]
  ).map(({ type, event, entity }) => String(entity?.tag?.value ?? event?.name ?? type ?? 'something').toLowerCase());
  const counted = [...new Set(names)].map((name) => {
    const count = names.filter((each) => each === name).length;
    return count > 1 ? `${name} (${count})` : name;
  });
  return counted.length === 0 ? 'Something was seen' : `Seen: ${counted.join(', ')}`;
};
