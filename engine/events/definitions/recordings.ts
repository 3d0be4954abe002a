import { AvaEvent, SluiceEvent } from '../catalogue.js';
import { count, defineEvent, duration, fields, flag, maybe, number, oneOf, text, time, yes } from './definition.js';

/** Why a recording has stopped. */
const STOP_REASONS = ['minimum', 'maximum', 'lost', 'flushed', 'interrupted', 'failed', 'engineDied'] as const;

export type StopReason = (typeof STOP_REASONS)[number];

/** Why media was removed. */
const REMOVAL_REASONS = [
  'maximumSizeMiB',
  'retentionPeriod',
  'requested',
  'removedByOthers',
  'maximumSize',
  'minimumFree',
] as const;

const output = {
  outputType: oneOf(['filePath', 'video'], 'Of a FileSink, or of a VideoSink'),
  outputLocation: text('Absolute path of the file, or name of the video'),
};

const extent = {
  endTime: time('When its last picture ends'),
  duration: number('Length of what plays, in s'),
  frames: maybe(count('Pictures, where they were counted')),
};

const SINKS = 'FileSink, VideoSink';
const FILE = { outputType: 'filePath', outputLocation: '/data/media/door/20261128T101500123Z.mp4' } as const;

export const RECORDING_EVENTS = {
  [AvaEvent.RecordingStarted]: defineEvent({
    when: 'A recording has begun',
    from: SINKS,
    data: fields({
      ...output,
      startTime: time('When its first picture was taken'),
      requestedPreRoll: maybe(duration('Asked for before the signal')),
      actualPreRoll: maybe(duration('In the recording before the signal')),
      preRollTruncated: maybe(flag('The ring did not reach back far enough')),
      continues: maybe(yes('It goes on after an interruption, so it has no pre-roll')),
    }),
    example: {
      ...FILE,
      startTime: '2026-11-28T10:14:54.683Z',
      requestedPreRoll: 'PT5S',
      actualPreRoll: 'PT5.44S',
      preRollTruncated: false,
    },
  }),
  [AvaEvent.RecordingStopped]: defineEvent({
    when: 'A recording has ended',
    from: SINKS,
    data: fields({
      ...output,
      ...extent,
      reason: oneOf(
        STOP_REASONS,
        '`minimum`: minimumActivationTime after the last signal. `maximum`: maximumActivationTime after the first. ' +
          '`lost`: no media has come. `flushed`: the pipeline is being deactivated. `interrupted`: the stream has changed or ' +
          'ended; another recording may go on. `failed`: it could not be written. `engineDied`: found at the next start',
      ),
    }),
    example: { ...FILE, endTime: '2026-11-28T10:15:21.123Z', duration: 26.44, frames: 661, reason: 'minimum' },
  }),
  [AvaEvent.RecordingAvailable]: defineEvent({
    when: 'A recording can be played',
    from: SINKS,
    data: fields({
      ...output,
      ...extent,
      bytes: count('Size'),
      url: text("Its address on the engine's HTTP server, without host and port"),
      incomplete: maybe(yes('A crash or a failed muxer has left it behind; `duration` is the part that plays')),
    }),
    example: {
      ...FILE,
      endTime: '2026-11-28T10:15:21.123Z',
      duration: 26.44,
      frames: 661,
      bytes: 2_652_114,
      url: '/clips/42.mp4',
    },
  }),
  [SluiceEvent.RecordingRecovered]: defineEvent({
    when: 'A recording that a crash had left open was found at the start',
    from: SINKS,
    data: fields({
      ...output,
      state: oneOf(['finished', 'recovered', 'failed'], 'It is whole, its beginning plays, or nothing of it does'),
      bytes: count('Size'),
      cutBytes: count('Bytes that were cut off its end'),
      reason: maybe(text('Why it is not whole')),
      removed: maybe(flag('There was nothing in it, so it was removed')),
    }),
    example: { ...FILE, state: 'recovered', bytes: 1_310_720, cutBytes: 512, reason: 'it was not finalised' },
  }),
  [SluiceEvent.RecordingsAdopted]: defineEvent({
    when: 'The database had been lost, and clips that it did not know were found; one event for up to 100 files',
    from: 'engine',
    data: fields({
      folder: text('Where they are'),
      count: count('Clips that are listed again'),
      incomplete: count('Of these, clips without an end'),
      leftAlone: count('Files that do not play'),
      bytes: count('Size of all'),
    }),
    example: { folder: '/data/media', count: 12, incomplete: 1, leftAlone: 0, bytes: 31_457_280 },
  }),
  [SluiceEvent.RecordingDeleted]: defineEvent({
    when: 'A finished clip, or media of a video, was removed',
    from: SINKS,
    data: fields({
      ...output,
      bytes: count('Size'),
      startTime: time('Begin of what was removed'),
      endTime: maybe(time('End of it; of videos only')),
      reason: oneOf(
        REMOVAL_REASONS,
        '`maximumSizeMiB`, `retentionPeriod`: of its sink. `maximumSize`, `minimumFree`: of `videos` in the configuration. ' +
          '`requested`: by somebody. `removedByOthers`: by another program',
      ),
    }),
    example: { ...FILE, bytes: 2_652_114, startTime: '2026-11-28T10:14:54.683Z', reason: 'maximumSizeMiB' },
  }),
  [SluiceEvent.PreRollTruncated]: defineEvent({
    when: 'A recording begins later than its gate asked for',
    from: SINKS,
    data: fields({
      ...output,
      requested: duration('Asked for before the signal'),
      actual: duration('In the recording before the signal'),
      atUtc: time('When this was found'),
    }),
    example: { ...FILE, requested: 'PT5S', actual: 'PT1.2S', atUtc: '2026-11-28T10:14:59.683Z' },
  }),
  [SluiceEvent.NothingRecorded]: defineEvent({
    when: 'A gate was open, and the camera sent nothing in that time that a recording can begin with; what it had sent before it went away is no part of it',
    from: SINKS,
    data: fields({
      startTime: time('Begin of the time that was asked for'),
      endTime: time('End of it'),
      message: text('What happened'),
    }),
    example: {
      startTime: '2026-11-28T10:14:54.683Z',
      endTime: '2026-11-28T10:15:24.683Z',
      message: 'the camera has sent nothing in this time that a recording can begin with',
    },
  }),
  [SluiceEvent.SignalIgnored]: defineEvent({
    when: 'A signal has opened no gate',
    from: 'SignalGateProcessor',
    data: fields({
      reason: oneOf(
        ['late', 'endsBeforeStart', 'flushed'],
        "`late`: it came after its activation's evaluation window. `endsBeforeStart`: the recording would have ended before it " +
          'began. `flushed`: the pipeline was deactivated before it began',
      ),
    }),
    example: { reason: 'late' },
  }),
};
