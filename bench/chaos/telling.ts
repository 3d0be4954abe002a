/**
 * Nothing is silent: what must tell of each fault, and what of its end. docs/design/reliability.md shows this table, and
 * every run holds the engine to it, each time.
 */
import { AvaEvent, SluiceEvent } from '../../engine/events/catalogue.js';

export type Sign =
  /** An event of this type, from one of the pipelines that the fault hits, or from the engine. */
  | { by: 'event'; type: string }
  | {
      by: 'metric';
      name: string;
      labels?: Readonly<Record<string, string>>;
      /** Only of the camera that the fault hits. */
      ofCamera?: true;
      when: 'rises' | 'falls' | { risesBy: number } | { atMost: number };
    }
  /** A check of /readyz is not `ok`. */
  | { by: 'readiness'; check: string }
  /** The log on stderr has this text. */
  | { by: 'log'; text: string };

/** Signs of which one is enough. */
export type AnyOf = readonly Sign[];

export interface Telling {
  /** What is done, for readers. */
  about: string;
  /** From the fault to the moment at which it can be known: until then nothing is expected. */
  knownAfterSeconds: number;
  /** All of these, each by one of its signs. */
  tells: readonly AnyOf[];
  /** What tells that it is over, once it is. */
  over?: { withinSeconds: number; tells: readonly AnyOf[] };
}

/** From the moment at which it can be known. */
export const PROMISED_SECONDS = 5;

const event = (type: string): Sign => ({ by: 'event', type });
const hosts = (role: string): AnyOf => [
  { by: 'metric', name: 'sluice_host_restarts_total', labels: { role }, when: 'rises' },
];

/** Any of the events that say that a camera's media is not what it should be. */
const CAMERA_TROUBLE: AnyOf = [
  event(AvaEvent.NetworkError),
  event(AvaEvent.ProtocolError),
  event(AvaEvent.MediaFormatError),
];
/** Units that were no pictures, or came before one that can be decoded. What a busy machine drops is not meant. */
const UNUSABLE: AnyOf = ['noPicture', 'beforeKeyframe', 'decoderLost'].map((cause) => ({
  by: 'metric',
  name: 'sluice_frames_dropped_total',
  labels: { cause },
  ofCamera: true,
  when: 'rises',
}));
export const isCameraTrouble = (type: string): boolean =>
  CAMERA_TROUBLE.some((sign) => sign.by === 'event' && sign.type === type);
/** The pause between attempts grows while a camera is away. */
const BACK = { withinSeconds: 40, tells: [[event(AvaEvent.MediaSessionEstablished)]] };
/** A host that is frozen is replaced after `hosts.hangTimeout`, and looked at once a second. */
const HANG_SECONDS = 12;
/** `stallMs` of a camera's connection, and a second of what was on its way. */
const STALL_SECONDS = 9;

/** Of all units together. On a busy machine each is some hundredths late, on a slow way some seconds. */
const LATE_SECONDS = 60;

const lost = (role: string, more: Partial<Telling> = {}): Omit<Telling, 'about'> => ({
  knownAfterSeconds: 0,
  tells: [hosts(role)],
  ...more,
});
const INGEST: Partial<Telling> = { tells: [hosts('ingest'), CAMERA_TROUBLE], over: BACK };
const FROZEN: Partial<Telling> = { knownAfterSeconds: HANG_SECONDS };

export const TELLING = {
  'host.ingest.kill': { about: 'SIGKILL to a process that receives media', ...lost('ingest', INGEST) },
  'host.ingest.segv': { about: 'SIGSEGV to it', ...lost('ingest', INGEST) },
  'host.ingest.stop': { about: 'SIGSTOP to it', ...lost('ingest', { ...INGEST, ...FROZEN }) },
  'host.decode.kill': { about: 'SIGKILL to a process that decodes', ...lost('decode') },
  'host.decode.segv': { about: 'SIGSEGV to it', ...lost('decode') },
  'host.decode.stop': { about: 'SIGSTOP to it', ...lost('decode', FROZEN) },
  'engine.kill': {
    about: 'SIGKILL to the engine and all its processes; started again',
    knownAfterSeconds: 0,
    tells: [[event(SluiceEvent.EngineStarted)]],
  },
  'engine.killAlone': {
    about: 'SIGKILL to the engine, whose processes must end by themselves; started again',
    knownAfterSeconds: 0,
    tells: [[event(SluiceEvent.EngineStarted)]],
  },
  'engine.restart': {
    about: 'SIGTERM to the engine; started again',
    knownAfterSeconds: 0,
    tells: [[event(SluiceEvent.EngineStopped)], [event(SluiceEvent.EngineStarted)]],
  },
  'camera.kill': {
    about: 'a camera loses power, and is back later',
    knownAfterSeconds: 0,
    tells: [CAMERA_TROUBLE],
    over: BACK,
  },
  'camera.stall': {
    about: 'a camera sends nothing while its connection stays open',
    knownAfterSeconds: STALL_SECONDS,
    tells: [CAMERA_TROUBLE],
    over: BACK,
  },
  'camera.change': {
    about: 'a camera is back with another size or codec',
    knownAfterSeconds: 0,
    tells: [CAMERA_TROUBLE],
    over: BACK,
  },
  'camera.cut': {
    about: 'the connection to a camera is reset',
    knownAfterSeconds: 0,
    tells: [CAMERA_TROUBLE],
    over: BACK,
  },
  'camera.damage.framing': {
    about: 'bits are flipped in the four bytes before RTP packets',
    knownAfterSeconds: STALL_SECONDS,
    // The client finds its place again, and says what it has passed over; or it has lost its way for good.
    tells: [[...CAMERA_TROUBLE, event(AvaEvent.DataDropped)]],
  },
  'camera.damage.header': {
    about: 'bits are flipped in the headers of RTP packets',
    knownAfterSeconds: STALL_SECONDS,
    tells: [[...CAMERA_TROUBLE, event(AvaEvent.DataDropped), event(SluiceEvent.TimestampDiscontinuity), ...UNUSABLE]],
  },
  'camera.damage.payload': {
    about: 'bits are flipped in the pictures of a camera that is looked at',
    knownAfterSeconds: STALL_SECONDS,
    tells: [[...CAMERA_TROUBLE, event(AvaEvent.DataDropped), event(SluiceEvent.DetectionDegraded), ...UNUSABLE]],
  },
  'camera.slow': {
    about: 'the way from a camera carries half of what it sends',
    knownAfterSeconds: STALL_SECONDS,
    tells: [
      [
        ...CAMERA_TROUBLE,
        event(SluiceEvent.TimestampDiscontinuity),
        { by: 'metric', name: 'sluice_unit_lag_seconds_sum', when: { risesBy: LATE_SECONDS } },
      ],
    ],
  },
  'broker.kill': {
    about: 'SIGKILL to the MQTT broker, which is back later',
    knownAfterSeconds: 0,
    tells: [[{ by: 'metric', name: 'sluice_mqtt_connected', when: { atMost: 0 } }]],
    over: {
      withinSeconds: 40,
      tells: [[{ by: 'metric', name: 'sluice_mqtt_lag_events', when: { atMost: 0 } }]],
    },
  },
  'broker.stop': {
    about: 'SIGSTOP to the broker: connections stay open, nothing is answered',
    knownAfterSeconds: 1,
    tells: [[{ by: 'metric', name: 'sluice_mqtt_lag_events', when: 'rises' }]],
    over: {
      withinSeconds: 40,
      tells: [[{ by: 'metric', name: 'sluice_mqtt_lag_events', when: { atMost: 0 } }]],
    },
  },
  'broker.restart': {
    about: 'SIGTERM to the broker; started again at once',
    knownAfterSeconds: 1,
    tells: [[{ by: 'metric', name: 'sluice_mqtt_connection_failures_total', when: 'rises' }]],
  },
  'disk.full': {
    about: 'not a byte is left on the disk of the data folder',
    knownAfterSeconds: 2,
    tells: [
      [event(AvaEvent.StorageError), { by: 'readiness', check: 'eventLog' }],
      [{ by: 'metric', name: 'sluice_data_free_bytes', when: { atMost: 1024 * 1024 } }],
    ],
    over: { withinSeconds: 10, tells: [[{ by: 'metric', name: 'sluice_event_log_queued', when: { atMost: 0 } }]] },
  },
  'disk.mediaRemoved': {
    about: 'the folder with the clips is removed while clips are written',
    knownAfterSeconds: 0,
    tells: [[event(SluiceEvent.MediaFolderRestored)], [event(AvaEvent.StorageError)]],
  },
  'disk.folderAway': {
    about: 'the data folder gets another name, and later its own again',
    // It is looked at once a second.
    knownAfterSeconds: 1,
    tells: [[event(SluiceEvent.DataFolderLost)], [{ by: 'readiness', check: 'dataFolder' }]],
    over: { withinSeconds: 5, tells: [[event(SluiceEvent.DataFolderRestored)]] },
  },
  'disk.readOnly': {
    about: 'the engine is started while its disk is read-only, then again when it is not',
    knownAfterSeconds: 0,
    tells: [[{ by: 'log', text: 'DataDirUnusable' }]],
  },
  'reader.stuck': {
    about: 'WebSocket subscribers that read nothing',
    knownAfterSeconds: 0,
    tells: [[{ by: 'metric', name: 'sluice_websocket_subscribers', when: 'rises' }]],
  },
  'reader.resume': {
    about: 'a WebSocket subscriber loses its connection, and resumes with `since`',
    knownAfterSeconds: 0,
    tells: [[{ by: 'metric', name: 'sluice_websocket_subscribers', when: 'falls' }]],
    over: { withinSeconds: 5, tells: [[{ by: 'metric', name: 'sluice_websocket_subscribers', when: 'rises' }]] },
  },
  'output.unread': {
    about: 'nobody reads stdout and stderr, at log level trace',
    knownAfterSeconds: 0,
    tells: [
      [event(SluiceEvent.LogLinesDropped)],
      [{ by: 'metric', name: 'sluice_log_lines_dropped_total', when: 'rises' }],
    ],
    over: { withinSeconds: 10, tells: [[event(SluiceEvent.LogLinesDropped)]] },
  },
  'control.calls': {
    about: 'direct methods at random: right ones, refused ones, malformed ones',
    knownAfterSeconds: 0,
    tells: [[event(AvaEvent.PipelineStateChanged)]],
  },
  'config.reload': {
    about: 'the configuration file changes',
    // The file is looked at every two seconds.
    knownAfterSeconds: 2,
    tells: [[{ by: 'log', text: 'configuration: decodePolicy changed' }]],
  },
  'config.invalid': {
    about: 'the configuration file becomes invalid',
    knownAfterSeconds: 2,
    tells: [[{ by: 'log', text: 'the new configuration was not applied' }]],
  },
} as const satisfies Readonly<Record<string, Telling>>;

export type FaultName = keyof typeof TELLING;

export const FAULT_NAMES = Object.keys(TELLING) as FaultName[];
