import { describe, expect, it } from 'vitest';
import type { NodesByKind } from '../../../../bridge/decoders/device-nodes.js';
import { HardwareDecoders } from '../../../../bridge/decoders/hardware-decoders.js';
import type { StartHardware } from '../../../../bridge/decoders/probe.js';
import { parseCaps } from '../../../../bridge/filters/caps.js';
import { pictureLayout } from '../../../../bridge/filters/picture-layout.js';
import type { HardwareKind, HardwareOptions } from '../../../../bridge/hardware.js';
import type { Picture } from '../../../../bridge/types.js';

const ALL: NodesByKind = { nvdec: ['/dev/nvidia0'], vaapi: ['/dev/dri/renderD128'], v4l2: ['/dev/video1'] };
const streamOf = (codec: string, width = 1920, height = 1080) => ({
  owner: 'camera',
  caps: parseCaps(`video/x-${codec}, width=(int)${width}, height=(int)${height}`),
});

/** The picture of the probe's stream, or one that is green all over. */
const picture = (right: boolean): Picture => {
  const data = Buffer.alloc((64 * 38 * 3) / 2, 60);
  for (let at = 0; right && at < 64 * 38; at++) data[at] = at % 64 < 32 ? 30 : 210;
  return { ...pictureLayout({ width: 64, height: 38 }, 'i420'), pts: 0, caps: '', data };
};

/** @param answers what each kind does with each codec. */
const rig = (
  answers: Partial<Record<`${HardwareKind} ${'h264' | 'h265'}`, 'decodes' | 'green'>>,
  options: HardwareOptions = { use: 'auto' },
  nodes = ALL,
) => {
  const tried: string[] = [];
  let looks = 0;
  const start: StartHardware = ({ caps }, handlers, kind) => {
    const what = `${kind} ${caps.mediaType.slice(8)}` as keyof typeof answers;
    tried.push(what);
    const answer = answers[what];
    if (answer) queueMicrotask(() => handlers.onPicture(picture(answer === 'decodes'), 0));
    else queueMicrotask(() => handlers.onEnd({ kind: 'hostLost', message: 'exited with SIGSEGV' }));
    return { feed: () => true, hasRoomFor: () => true, keepsUp: true, stop: () => Promise.resolve() };
  };
  const hardware = new HardwareDecoders({
    ...{ options, start, onFallback: () => {}, log: () => {}, now: () => 0 },
    nodes: () => {
      looks += 1;
      return nodes;
    },
  });
  return { hardware, tried, looks: () => looks };
};

describe('hardware decoders', () => {
  it('are each tried once, and the first that decodes is taken', async () => {
    const { hardware, tried } = rig({ 'nvdec h264': 'green', 'vaapi h264': 'decodes', 'v4l2 h265': 'decodes' });
    expect(hardware.mayTake(streamOf('h264'))).toBe(true);
    expect(hardware.take(streamOf('h264'))).toBeUndefined();
    const found = await hardware.find();
    expect(tried).toEqual(['nvdec', 'vaapi', 'v4l2'].flatMap((kind) => [`${kind} h264`, `${kind} h265`]));
    expect(found.map(({ codecs }) => [codecs.h264, codecs.h265])).toEqual([
      [
        { works: false, why: 'its picture is not that of the stream' },
        { works: false, why: 'exited with SIGSEGV' },
      ],
      [{ works: true }, { works: false, why: 'exited with SIGSEGV' }],
      [{ works: false, why: 'exited with SIGSEGV' }, { works: true }],
    ]);
    expect(hardware.take(streamOf('h264'))?.kind).toBe('vaapi');
    expect(hardware.take(streamOf('h265'))?.kind).toBe('v4l2');
    expect(await hardware.find()).toBe(found);
  });

  it('are not looked for where they are not wanted, and not tried without a node', async () => {
    const off = rig({}, {});
    expect(off.hardware.mayTake(streamOf('h264'))).toBe(false);
    expect(off.looks()).toBe(0);
    const bare = rig({}, { use: 'auto' }, { nvdec: [], vaapi: [], v4l2: [] });
    expect(bare.hardware.mayTake(streamOf('h264'))).toBe(false);
    expect(bare.hardware.mayTake(streamOf('h265'))).toBe(false);
    expect(bare.looks()).toBe(1);
    expect(bare.tried).toEqual([]);
    expect(await bare.hardware.find()).toEqual([]);
  });

  it('are only those that are asked for', async () => {
    const { hardware, tried } = rig({ 'nvdec h264': 'decodes' }, { use: 'vaapi' });
    expect(await hardware.find()).toHaveLength(1);
    expect(tried).toEqual(['vaapi h264', 'vaapi h265']);
    expect(hardware.devices.nodes).toEqual(['/dev/dri/renderD128']);
  });

  it('take no small streams, no MJPEG and none of nobody', () => {
    const { hardware } = rig({});
    expect(hardware.mayTake(streamOf('h264', 640, 360))).toBe(false);
    expect(hardware.mayTake({ ...streamOf('h264'), caps: parseCaps('image/jpeg, width=1920, height=1080') })).toBe(
      false,
    );
    const { caps } = streamOf('h264');
    expect(hardware.mayTake({ caps })).toBe(false);
    expect(hardware.mayTake(streamOf('h264', 960, 540))).toBe(true);
  });
});
