/**
 * Mutated RTP packets, many times as fast as cameras send, through the engine's real hosts, with healthy cameras beside
 * them in the same engine. What is damaged may be lost; what is healthy may not.
 */
import { startSimulator } from '../../../engine/simulator/index.js';
import { samplesOf, sumOf } from '../../common/metric-samples.js';
import { record } from '../../common/topology.js';
import { activateAll, startServe } from '../../density/service.js';
import { Random } from '../random.js';
import type { ChaosReport, Violation } from '../report.js';
import type { SeriesOptions } from './options.js';
import { CameraPath, type Treatment } from './packets/camera-path.js';
import { Mutator } from './packets/mutate.js';
import { trialFolder } from './trial/folders.js';
import { pause } from './trial/kill-again.js';

const HEALTHY = 15;
const DAMAGED = 12;
const FPS = 10;
/** Packets that are sent for each of a damaged camera. */
const COPIES = 100;
const SETTLE_MS = 10_000;
const LOOK_MS = 1000;
/** Pictures that may be on their way when both sides are counted. */
const UNDER_WAY = 3;
/** Part of the run at whose end nothing healthy may suffer any more. */
const LAST_PART = 1 / 3;
/** Longest that a number of packets may take: damaged cameras are given less and less. */
const PATIENCE_MS = 30 * 60_000;

interface Look {
  /** Of each healthy camera: pictures that the engine has, and sessions after the first. */
  healthy: { received: number; reconnects: number; sent: number }[];
  hostRestarts: number;
}

export const run = async ({ count, seed, log }: SeriesOptions): Promise<ChaosReport> => {
  const folder = await trialFolder('packets');
  const simulator = await startSimulator({
    scenes: ['motion', 'busy', 'quiet'],
    count: HEALTHY + DAMAGED,
    size: '320x180',
    fps: FPS,
    gop: 1,
    bitrate: 120_000,
  });
  const paths: CameraPath[] = [];
  const stop: (() => Promise<void>)[] = [() => simulator.stop()];
  let report: ChaosReport;
  try {
    let flowing = false;
    // Spread among the others, so that they share their hosts.
    const damagedAt = new Set(
      Array.from({ length: DAMAGED }, (_, n) => Math.floor(((n + 0.5) * (HEALTHY + DAMAGED)) / DAMAGED)),
    );
    for (const index of simulator.cameras.keys()) {
      const path = await CameraPath.start(
        simulator.port,
        damagedAt.has(index) ? multiplied(new Mutator(new Random(seed + index)), () => flowing) : undefined,
      );
      paths.push(path);
      stop.unshift(() => path.stop());
    }
    const urls = simulator.cameras.map(({ name }, index) => `rtsp://127.0.0.1:${paths[index]!.port}/${name}`);
    const service = await startServe(folder.path);
    stop.unshift(() => service.stop());
    const topology = record({ decodePolicy: 'keyframes', preRollSeconds: 2, maximumSizeMiB: '64' });
    await activateAll(service, topology, urls);
    const healthy = [...paths.keys()].filter((index) => !damagedAt.has(index));
    const look = async (): Promise<Look> => {
      const samples = samplesOf(await (await fetch(`${service.url}/metrics`)).text());
      return {
        healthy: healthy.map((index) => {
          const camera =
            samples.map(({ labels }) => labels['camera']).find((label) => label?.includes(`:${paths[index]!.port}/`)) ??
            '';
          const of = (name: string): number => sumOf(samples, name, { camera }) ?? 0;
          return {
            received: of('sluice_units_total'),
            reconnects: of('sluice_reconnects_total'),
            sent: paths[index]!.pictures,
          };
        }),
        hostRestarts: sumOf(samples, 'sluice_host_restarts_total') ?? 0,
      };
    };
    await pause(SETTLE_MS);
    const before = await look();
    const began = Date.now();
    flowing = true;
    const treated = (): number => paths.reduce((sum, path) => sum + path.treated, 0);
    let atLastPart: Look | undefined;
    let said = 0;
    while (treated() < count && Date.now() - began < PATIENCE_MS) {
      await pause(LOOK_MS);
      if (!atLastPart && treated() >= count * (1 - LAST_PART)) atLastPart = await look();
      if (treated() - said >= count / 10) {
        said = treated();
        log(`${said} packets after ${Math.round((Date.now() - began) / 1000)} s`);
      }
    }
    flowing = false;
    const seconds = (Date.now() - began) / 1000;
    await pause(LOOK_MS);
    const after = await look();
    report = reportOf({ before, atLastPart: atLastPart ?? before, after, packets: treated(), seconds, count });
  } finally {
    for (const end of stop) await end();
  }
  await folder.settle(report.violations, log);
  return report;
};

/**
 * Sends many packets for one, numbered anew: the receiver would drop what has a number that it has seen, and what comes
 * before the number that the camera has said it begins with.
 */
const multiplied = (mutator: Mutator, flowing: () => boolean) => (): Treatment => {
  let next: number | undefined;
  const numbered = (packet: Buffer): Buffer => {
    const own = Buffer.from(packet);
    if (own.length < 4) return own;
    next ??= own.readUInt16BE(2);
    own.writeUInt16BE(next, 2);
    next = (next + 1) % 65_536;
    return own;
  };
  return (packet) => {
    if (!flowing()) return [numbered(packet)];
    // The number comes first: a mutation may change it on purpose.
    return Array.from({ length: COPIES }, () => mutator.mutated(numbered(packet))).flat();
  };
};

interface Facts {
  before: Look;
  atLastPart: Look;
  after: Look;
  packets: number;
  seconds: number;
  count: number;
}

const reportOf = ({ before, atLastPart, after, packets, seconds, count }: Facts): ChaosReport => {
  const violations: Violation[] = [];
  let lost = 0;
  let missed = 0;
  let reconnects = 0;
  let late = 0;
  for (const [n, end] of after.healthy.entries()) {
    const begin = before.healthy[n]!;
    const [sent, received] = [end.sent - begin.sent, end.received - begin.received];
    const again = end.reconnects - begin.reconnects;
    const lateAgain = end.reconnects - atLastPart.healthy[n]!.reconnects;
    // While a camera is not connected it sends nothing: what it would have sent is missing all the same.
    missed += Math.max(0, Math.round(seconds * FPS) - sent);
    const lostHere = Math.max(0, sent - received - UNDER_WAY);
    lost += lostHere;
    reconnects += again;
    late += lateAgain;
    if (lostHere > 0)
      violations.push({ rule: 'healthy.lost', what: `camera ${n}: ${sent} pictures sent, ${received} received` });
    if (lateAgain > 0)
      violations.push({
        rule: 'healthy.reconnect',
        what: `camera ${n}: ${lateAgain} times in the last part of the run`,
      });
  }
  if (packets < count)
    violations.push({ rule: 'packets.few', what: `only ${packets} of ${count} packets could be sent` });
  const deaths = after.hostRestarts - before.hostRestarts;
  return {
    lines: [
      `${packets} mutated packets of ${DAMAGED} cameras in ${Math.round(seconds)} s; ${HEALTHY} healthy cameras beside them`,
      `${deaths} hosts were replaced; healthy cameras had to connect again ${reconnects} times, ${late} of them in the last third`,
      `pictures of healthy cameras: ${lost} sent and not received, about ${missed} not sent while they were not connected`,
    ],
    violations,
    rows: [
      {
        tried: `RTP packets with flipped bits, wrong fragments, lengths and parameters, beside ${HEALTHY} healthy cameras`,
        count: packets,
        lost: `${deaths} hosts; ${lost + missed} pictures of healthy cameras, which connected again ${reconnects} times (${late} in the last third)`,
        violations: violations.length,
      },
    ],
  };
};
