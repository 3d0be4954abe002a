import { expect, it } from 'vitest';
import type { CameraSession } from '../../../engine/camera/session.js';
import { CameraList } from '../../../engine/camera-list.js';
import type { PipelineResource } from '../../../engine/control/index.js';
import type { Scene, Sense } from '../../../engine/core/scene.js';
import type { LivePipeline } from '../../../engine/pipeline/live-pipeline.js';
import { FakeClock } from '../../kit/fake-clock.js';

const sessionOf = (sdp: string | null) =>
  ({
    sdp,
    state: 'streaming',
    address: { label: 'rtsp://camera/1' },
    ring: { lastKeyframe: () => undefined },
    priority: 'normal',
    pictures: {},
  }) as unknown as CameraSession;

const resourceOf = (name: string, state: 'active' | 'inactive', topologyName = 't'): PipelineResource =>
  ({ name, properties: { topologyName, parameters: [], state } }) as unknown as PipelineResource;

const listOf = (
  resources: PipelineResource[],
  running: { name: string; session: CameraSession; scene: Scene }[],
  senses: readonly Sense[] = ['motion', 'tampered'],
) =>
  new CameraList({
    clock: new FakeClock(),
    resources: { list: () => resources, state: () => 'active' },
    runner: { pipelines: running as unknown as LivePipeline[] },
    sensesOf: (topology) => new Set(topology === 't' ? senses : []),
    videosOf: () => [],
    recording: () => new Set(),
  });

it('a camera is as the pipelines that watch it say together', () => {
  const session = sessionOf('v=0');
  const list = listOf(
    [resourceOf('a', 'active'), resourceOf('b', 'active'), resourceOf('c', 'active', 'blind')],
    [
      { name: 'a', session, scene: { motion: false, tampered: 'unknown' } },
      { name: 'b', session, scene: { motion: true, tampered: false } },
      { name: 'c', session, scene: {} },
    ],
  );
  expect(list.list().map(({ name, scene }) => [name, scene])).toEqual([['a', { motion: true, tampered: false }]]);
});

it('nobody knows how it is at a camera that is away, or that no pipeline reads; but what would be watched for', () => {
  const list = listOf(
    [resourceOf('away', 'active'), resourceOf('idle', 'inactive'), resourceOf('plain', 'inactive', 'blind')],
    [{ name: 'away', session: sessionOf(null), scene: { motion: true, tampered: true } }],
  );
  const unknown = { motion: 'unknown', tampered: 'unknown' };
  expect(list.list().map(({ name, scene }) => [name, scene])).toEqual([
    ['away', unknown],
    ['idle', unknown],
    ['plain', {}],
  ]);
});
