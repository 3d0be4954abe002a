import { chosen } from '../random.js';
import { type Camera, type Encoding, USUAL } from '../stage/camera.js';
import type { DamagedPart } from '../stage/camera-proxy.js';
import type { Scope } from '../witness.js';
import { type Fault, nothing } from './fault.js';

const hit = ({ pipeline, url }: Camera): Scope => ({ pipelines: [pipeline], camera: url });

export const cameraKilled: Fault = {
  async inject({ cameras }, { target }) {
    const camera = chosen(cameras, target)!;
    await camera.kill();
    return { what: camera.pipeline, ...hit(camera), undo: () => camera.begin() };
  },
};

export const cameraStalled: Fault = {
  async inject({ cameras }, { target }) {
    const camera = chosen(cameras, target)!;
    camera.signal('SIGSTOP');
    return { what: camera.pipeline, ...hit(camera), undo: () => camera.signal('SIGCONT') };
  },
};

const OTHERS: readonly Encoding[] = [
  USUAL,
  { ...USUAL, size: '256x144' },
  { ...USUAL, size: '426x240' },
  { ...USUAL, codec: 'h265' },
  { ...USUAL, fps: 15, gop: 2 },
];

/** The new parameters stay until the next change. */
export const cameraChanged: Fault = {
  async inject({ cameras }, { target, amount }) {
    const camera = chosen(cameras, target)!;
    const encoding = chosen(OTHERS, amount)!;
    await camera.kill();
    await camera.begin(encoding);
    const { size, codec = 'h264', fps } = encoding;
    return { what: `${camera.pipeline} with ${size} ${codec} ${fps} fps`, ...hit(camera), undo: nothing };
  },
};

export const cameraCut: Fault = {
  async inject({ cameras }, { target }) {
    const camera = chosen(cameras, target)!;
    const { connections } = camera.proxy;
    if (connections === 0) return undefined;
    camera.proxy.cut();
    return { what: `${connections} connections of ${camera.pipeline}`, ...hit(camera), undo: nothing };
  },
};

/** Share of the packets that are damaged, from little to much. A few bits in a few pictures a decoder can hide. */
const SHARES: Readonly<Record<DamagedPart, readonly number[]>> = {
  framing: [0.02, 0.1, 0.4],
  header: [0.02, 0.1, 0.4],
  payload: [0.1, 0.4],
};

/** @param only cameras of these pipelines, if only there the damage can be known */
export const cameraDamaged = (part: DamagedPart, only = /./): Fault => ({
  async inject(stage, { target, amount, seed }) {
    const camera = chosen(
      stage.cameras.filter(({ pipeline }) => only.test(pipeline)),
      target,
    )!;
    const share = chosen(SHARES[part], amount)!;
    const { proxy, pipeline } = camera;
    proxy.weather = { kind: 'damage', part, share, seed };
    const ended = stage.marks.damaging(pipeline);
    return {
      what: `${part} of ${share * 100} % of the packets of ${pipeline}`,
      ...hit(camera),
      undo: () => {
        proxy.weather = { kind: 'fair' };
        ended();
      },
    };
  },
});

/** About half of the bit rate of the usual encoding. */
const SLOW_BYTES_PER_SECOND = 8_000;

export const cameraSlow: Fault = {
  async inject({ cameras }, { target }) {
    const camera = chosen(cameras, target)!;
    const { proxy, pipeline } = camera;
    proxy.weather = { kind: 'slow', bytesPerSecond: SLOW_BYTES_PER_SECOND };
    return {
      what: pipeline,
      ...hit(camera),
      undo: () => {
        proxy.weather = { kind: 'fair' };
      },
    };
  },
};
