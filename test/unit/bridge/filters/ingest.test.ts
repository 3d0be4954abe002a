import { expect, it } from 'vitest';
import { SoundLane } from '../../../../bridge/child/sound-lane.js';
import { startIngest } from '../../../../bridge/filters/ingest.js';
import type { RunHandlers } from '../../../../bridge/hosts/host-process.js';
import type { PooledRun } from '../../../../bridge/hosts/pooled-host.js';
import { type GdpHandlers, GdpReader } from '../../../../bridge/lanes/gdp-reader.js';
import { PTS_BASE_MICROS, pictureMark } from '../../../../bridge/rtp/picture-mark.js';
import type { EncodedUnit } from '../../../../bridge/types.js';
import { encodeRaw } from '../../../kit/raw-stream.js';

const START_CODE = Buffer.from([0, 0, 0, 1]);
const buffer = (nal: Uint8Array, micros: number): EncodedUnit => ({
  ...{ track: 'video', dts: null, duration: null, key: false, discont: false },
  pts: PTS_BASE_MICROS + micros,
  payload: Buffer.concat([START_CODE, nal]),
});

/** A run whose host is the test. */
const rig = (handlers: { throws?: boolean } = {}) => {
  let run: RunHandlers | undefined;
  let packets: GdpHandlers | undefined;
  let heard: GdpHandlers | undefined;
  let played = 0;
  const logged: string[] = [];
  const got: string[] = [];
  const note = (what: string): void => {
    got.push(what);
    if (handlers.throws) throw new Error(`no ${what}`);
  };
  const ingest = startIngest(
    (_filter, given, gdp) => {
      [run, packets, heard] = [given, gdp.seen, gdp.heard];
      return { play: () => played++, stop: () => {} } as unknown as PooledRun;
    },
    { url: 'rtsp://camera/1', transport: 'tcp' },
    {
      onDescribed: () => note('description'),
      onCaps: ({ width }) => note(`caps ${width}`),
      onUnit: ({ track, pts, key }) => note(`${track === 'audio' ? 'sound' : key ? 'key' : 'unit'} ${pts}`),
      onLoss: ({ packets: lost }) => note(`loss ${lost}`),
      onStray: () => note('stray'),
      onSoundFault: ({ code, message }) => note(`${code}: ${message}`),
      onMetadata: (document) => note(`metadata ${Buffer.from(document)}`),
      onMetadataRefused: (message) => note(`no metadata: ${message}`),
      onEnd: ({ kind }) => note(kind),
    },
    (_level, message) => logged.push(message),
  );
  const description = {
    url: 'rtsp://camera/1',
    sdp: 'v=0',
    video: { codec: 'h264' as const, sets: [] },
    unknownAudio: [],
  };
  const describe = (): void => run!.news!({ kind: 'described', description });
  const end = (): void => {
    run!.ended({ kind: 'eos' });
    run!.freed();
  };
  return { ingest, run: run!, packets: packets!, heard: heard!, got, logged, describe, end, played: () => played };
};

const send = (packets: GdpHandlers, units: Uint8Array[][]): void => {
  for (const [index, nals] of units.entries()) {
    for (const nal of nals) packets.onBuffer(buffer(nal, index * 40_000));
    packets.onBuffer(buffer(pictureMark('h264'), index * 40_000));
  }
};

it('makes units of what a host sends, once the camera has been described and may play', () => {
  const { run, packets, got, describe, end, played } = rig();
  const units = encodeRaw({ frames: 3 });
  send(packets, units);
  expect(got).toEqual([]);
  describe();
  expect(played()).toBe(1);
  describe();
  expect(played()).toBe(1);
  send(packets, units);
  run.news!({ kind: 'loss', loss: { packets: 7, spans: 1, micros: 0, garbageBytes: 0, overflow: 0 } });
  end();
  expect(got).toEqual(['description', 'caps 160', 'key 0', 'unit 40000', 'loss 7', 'unit 80000', 'eos']);
});

it('hands on sound at its place in the video, and why there is none', () => {
  const { run, heard, got, describe, end } = rig();
  describe();
  heard.onCaps('audio/x-alaw, rate=(int)8000, channels=(int)1');
  heard.onBuffer({ ...buffer(Buffer.alloc(160), 20_000), track: 'audio' });
  run.news!({ kind: 'soundFault', fault: { code: 'noSound', message: '404' } });
  end();
  expect(got).toEqual(['description', 'caps undefined', 'sound 20000', 'noSound: 404', 'eos']);
});

it('hands on metadata from the lane of the sound, which goes on as it was', () => {
  const { run, heard, got, describe, end } = rig();
  describe();
  const written: Buffer[] = [];
  const lane = new SoundLane({ write: (bytes) => void written.push(bytes), waitingBytes: 0 }, () => {});
  lane.writeMetadata(Buffer.from('early'));
  lane.begin('audio/x-alaw, rate=(int)8000, channels=(int)1');
  lane.write(Buffer.alloc(160), 0, 20_000);
  lane.writeMetadata(Buffer.from('late'));
  lane.write(Buffer.alloc(160), 20_000, 20_000);
  const reader = new GdpReader(heard);
  for (const bytes of written) reader.push(bytes);
  run.news!({ kind: 'metadataRefused', message: '500' });
  end();
  expect(got).toEqual([
    ...['description', 'metadata early', 'caps undefined', 'sound 0', 'metadata late', 'sound 20000'],
    ...['no metadata: 500', 'eos'],
  ]);
});

it('leaves metadata and sound out that the engine does not read, and tells how many', () => {
  const written: Buffer[] = [];
  let overflow = 0;
  const lane = new SoundLane({ write: (bytes) => void written.push(bytes), waitingBytes: 1024 * 1024 }, () => {
    overflow += 1;
  });
  lane.writeMetadata(Buffer.from('a'));
  lane.write(Buffer.alloc(160), 0, 20_000);
  expect(written).toEqual([]);
  expect(overflow).toBe(2);
});

it('hands on nothing more once it is stopped', () => {
  const { ingest, packets, got, describe, end } = rig();
  describe();
  void ingest.stop();
  send(packets, encodeRaw({ frames: 3 }));
  end();
  expect(got).toEqual(['description', 'eos']);
});

it('loses what a consumer throws at and nothing else, and tells of it once', () => {
  const { packets, got, logged, describe, end } = rig({ throws: true });
  describe();
  send(packets, encodeRaw({ frames: 2 }));
  end();
  expect(got).toEqual(['description', 'caps 160', 'key 0', 'unit 40000', 'eos']);
  expect(logged).toEqual(['what came from a camera could not be handled: Error: no description']);
});
