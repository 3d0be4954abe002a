/** Runs the peers (Python with Debian's OpenCV) over the same pictures. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missing, PYTHON } from '../common/programs.js';

export interface PeerJob {
  clip: string;
  rate: string;
  path: string;
  width: number;
  height: number;
  picks: number[];
  times: number[];
  /** Of the whole clip: a peer that looks at keyframes only is not thinned. */
  keyframes: number[];
  keyframeTimes: number[];
  groundtruth: Record<string, string> | null;
}

export interface PeerRun {
  t: number[];
  tp: number;
  fp: number;
  fn: number;
  us: number;
}

/** Files of other languages lie beside their suites in the source tree; from dist/ that is two folders up and over. */
export function sourceFile(path: string): string {
  return fileURLToPath(
    new URL(import.meta.url.includes('/dist/') ? `../../../${path}` : `../../${path}`, import.meta.url),
  );
}

export function haveOpenCv(): boolean {
  return missing('opencv') === undefined;
}

/** Verdicts by `clip|rate` and peer. */
export function runPeers(jobs: readonly PeerJob[]): Record<string, Record<string, PeerRun>> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-peers-'));
  try {
    const input = join(folder, 'jobs.json');
    const output = join(folder, 'out.json');
    writeFileSync(input, JSON.stringify(jobs));
    execFileSync(PYTHON, [sourceFile('bench/peers/motion_peers.py'), input, output], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    return JSON.parse(readFileSync(output, 'utf8')) as Record<string, Record<string, PeerRun>>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Numbers of the pictures that are keyframes in the source file. */
export function keyframesOf(file: string): Set<number> {
  const text = execFileSync(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=flags,pts', '-of', 'csv=p=0', file],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  const packets = text
    .trim()
    .split('\n')
    .map((line) => line.split(','))
    .map(([pts, flags]) => ({ pts: Number(pts), key: (flags ?? '').includes('K') }))
    .sort((a, b) => a.pts - b.pts);
  const keys = new Set<number>();
  packets.forEach((packet, i) => {
    if (packet.key) keys.add(i);
  });
  return keys;
}
