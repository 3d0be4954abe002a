import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { parseDecodePolicy } from '../../../../engine/core/decode-policy.js';
import type { EventIntake, NodeLinks } from '../../../../engine/nodes/links.js';
import type { NodeContext } from '../../../../engine/nodes/node-context.js';
import { defineNode, type RunningNode } from '../../../../engine/nodes/node-type.js';
import { nameAndInputs, nodeType } from '../../../../engine/topology/schema/node-parts.js';
import { settle } from '../../../kit/fake-clock.js';
import { PipelineRig } from '../../../kit/pipeline-rig.js';
import { fileSink, gate, type Json, motion, rtspSource, topologyOf } from '../../../kit/topologies.js';

type Place = 'unit' | 'picture' | 'event' | 'timer';

/** A node that somebody else has written, and that fails wherever it is called. */
class BrokenNode implements RunningNode {
  /** Asynchronous, as a careless author writes it. */
  readonly events: EventIntake = { take: async () => this.#fail('event') };
  static places: Place[] = [];
  readonly #context: NodeContext;
  readonly #links: NodeLinks;

  constructor(_settings: unknown, context: NodeContext, links: NodeLinks) {
    this.#context = context;
    this.#links = links;
  }

  start(): void {
    for (const port of this.#links.media) port.attach({ unit: () => this.#fail('unit') });
    const request = { width: 64, format: 'i420', policy: parseDecodePolicy('full')! } as const;
    for (const port of this.#links.pictures) port.open(request, { onPicture: () => this.#fail('picture') });
    this.#context.clock.after(1, () => this.#fail('timer'));
  }

  async stop(): Promise<void> {}

  #fail(place: Place): void {
    if (BrokenNode.places.includes(place)) throw new Error(`the ${place} was too much for rtsp://me:s3cret@camera/1`);
  }
}

const TYPE = '#Test.BrokenSink';
const brokenSink = defineNode({
  type: TYPE,
  family: 'sink',
  schema: Type.Object({ '@type': nodeType(TYPE), ...nameAndInputs }, { additionalProperties: false }),
  provides: [],
  takes: [{ stream: 'media', tracks: ['video'] }, { stream: 'pictures' }, { stream: 'events' }],
  settings: () => ({}),
  run: BrokenNode,
});
const broken = (name: string, ...from: string[]): Json => ({
  '@type': TYPE,
  name,
  inputs: from.map((nodeName) => ({ nodeName })),
});

describe('a node that fails in the middle of its work', () => {
  it.each(['unit', 'picture', 'event', 'timer'] as const)(
    'because of a %s is told in its pipeline, and keeps nothing from the others',
    async (place) => {
      BrokenNode.places = [place];
      const rig = new PipelineRig({ nodeTypes: [brokenSink] });
      await rig.running(
        // Before the gate and its sink in every list of listeners.
        topologyOf(broken('broken', 'rtspSource', 'motion'), rtspSource(), motion(), gate(), fileSink()),
      );
      await rig.quiet(30);
      rig.judge({ motion: true });
      await rig.quiet(30);
      await settle();
      expect(rig.journal.named('RecordingStarted')).toHaveLength(1);
      const faults = rig.journal.named('RuntimeError');
      expect(faults).toMatchObject([
        {
          pipeline: 'p1',
          subject: '/livePipelines/p1/sinks/broken',
          data: { code: 'nodeFault', count: 1, message: `the ${place} was too much for rtsp://camera/1` },
        },
      ]);
      const metric = 'sluice_node_faults_total{pipeline="p1",node="broken"}';
      const [line] = (await rig.seriesOf('broken')).filter((each) => each.startsWith(metric));
      expect(Number(line?.split(' ').at(-1))).toBeGreaterThan(place === 'unit' ? 50 : 0);
      await rig.runner.deactivate('p1');
    },
  );
});
