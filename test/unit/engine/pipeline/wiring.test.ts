import { Type } from 'typebox';
import { describe, expect, it, vi } from 'vitest';
import { type MediaTime, seconds, utcMicros } from '../../../../engine/core/time.js';
import type { NodeEvent, NodeLinks } from '../../../../engine/nodes/links.js';
import { type AnyNodeType, defineNode, type RunningNode } from '../../../../engine/nodes/node-type.js';
import { Wiring } from '../../../../engine/pipeline/wiring.js';
import { shortType } from '../../../../engine/topology/node-definition.js';
import { nameAndInputs, nodeType } from '../../../../engine/topology/schema/node-parts.js';
import { latest } from '../../../kit/fake-bridge.js';
import { PipelineRig } from '../../../kit/pipeline-rig.js';
import { fileSink, gate, hubSink, type Json, motion, rtspSource, topologyOf } from '../../../kit/topologies.js';

/** A node that does nothing, and remembers its links and what it takes. */
class ProbeNode implements RunningNode {
  readonly links: NodeLinks;
  readonly taken: NodeEvent[] = [];
  readonly events = { take: (event: NodeEvent) => void this.taken.push(event) };

  constructor(_settings: unknown, _context: unknown, links: NodeLinks) {
    this.links = links;
  }

  start(): void {}

  async stop(): Promise<void> {}
}

const probe = (
  name: string,
  { family, provides, takes, eventDelay }: Pick<AnyNodeType, 'family' | 'provides' | 'takes' | 'eventDelay'>,
): AnyNodeType => {
  const type = `#Test.${name}`;
  const schema = Type.Object({ '@type': nodeType(type), ...nameAndInputs }, { additionalProperties: false });
  const delay = eventDelay ? { eventDelay } : {};
  return defineNode({ type, family, schema, provides, takes, settings: () => ({}), run: ProbeNode, ...delay });
};

/** Takes the media that a file would have. */
const mediaProbe = probe('MediaSink', {
  family: 'sink',
  provides: [],
  takes: [{ stream: 'media', tracks: ['video', 'audio'] }],
});
const eventProbe = probe('EventSink', { family: 'sink', provides: [], takes: [{ stream: 'events' }] });
const pictureProbe = probe('PictureSink', {
  family: 'sink',
  provides: [],
  takes: [{ stream: 'pictures' }, { stream: 'events' }],
});
/** Holds events back for two seconds. */
const delayProbe = probe('Delayer', {
  family: 'processor',
  provides: [{ stream: 'events', topic: 'motion' }],
  takes: [{ stream: 'events' }],
  eventDelay: () => seconds(2),
});

const selecting = (nodeName: string, ...selectors: Array<[operator: string, value: string]>): Json => ({
  nodeName,
  outputSelectors: selectors.map(([operator, value]) => ({ property: 'mediaType', operator, value })),
});

/** A node of a type that is a probe. */
const node = (type: AnyNodeType, name: string, ...inputs: Json[]): Json => ({
  '@type': type.type,
  name,
  inputs: inputs.map((input) => (typeof input === 'string' ? { nodeName: input } : input)),
});

/** The running nodes of a topology by name, built and not started. */
const wired = (...nodes: Json[]): { rig: PipelineRig; names: string[]; of(name: string): RunningNode } => {
  const rig = new PipelineRig({ nodeTypes: [mediaProbe, eventProbe, pictureProbe, delayProbe] });
  const pipeline = rig.resolved(topologyOf(...nodes));
  const running = new Wiring(pipeline, (resolved) => rig.context(resolved.name)).nodes;
  const names = pipeline.nodes.map(({ name }) => name);
  return { rig, names, of: (name) => running[names.indexOf(name)]! };
};

const linksOf = (running: RunningNode): NodeLinks => (running as ProbeNode).links;

/** The tracks that come to a node through each node in front of it. */
const tracksOf = (running: RunningNode): string[][] => linksOf(running).media.map(({ tracks }) => [...tracks]);

describe('the wiring of media', () => {
  it.each([
    ['no selector', [], ['video', 'audio']],
    ['is video', [['is', 'video']], ['video']],
    ['isNot audio', [['isNot', 'audio']], ['video']],
    ['is audio', [['is', 'audio']], ['audio']],
    ['isNot application', [['isNot', 'application']], ['video', 'audio']],
    [
      'two selectors',
      [
        ['isNot', 'audio'],
        ['isNot', 'application'],
      ],
      ['video'],
    ],
  ] as Array<[string, Array<[string, string]>, string[]]>)('leaves with %s', (_, selectors, tracks) => {
    const { of } = wired(rtspSource(), node(mediaProbe, 'sink', selecting('rtspSource', ...selectors)));
    expect(tracksOf(of('sink'))).toEqual([tracks]);
  });

  it('narrows tracks along the whole way', () => {
    const narrow = gate('motion');
    narrow.inputs.push(selecting('rtspSource', ['isNot', 'audio']));
    const sink = node(mediaProbe, 'sink', 'gate');
    const { of } = wired(rtspSource(), motion(), narrow, sink);
    expect(tracksOf(of('sink'))).toEqual([['video']]);
  });

  it('is one port where several inputs name the same node, with the tracks of all of them', () => {
    const inputs = [selecting('rtspSource', ['is', 'video']), selecting('rtspSource', ['is', 'audio'])];
    const { of } = wired(rtspSource(), node(mediaProbe, 'sink', ...inputs));
    expect(tracksOf(of('sink'))).toEqual([['video', 'audio']]);
  });

  it('leads to the session of the camera', async () => {
    const { rig, of } = wired(rtspSource(), node(mediaProbe, 'sink', selecting('rtspSource', ['is', 'video'])));
    const [port] = linksOf(of('sink')).media;
    expect(rig.cameras.sessions).toEqual([]);
    const seen: number[] = [];
    const leave = port!.attach({ unit: ({ pts }) => seen.push(pts) });
    expect(port!.session).toBe(rig.session);
    await rig.connected();
    await rig.stream(3);
    leave();
    await rig.stream(3);
    expect(seen).toHaveLength(3);
  });

  it.each([
    ['the sink', gate(), { ...fileSink(), inputs: [selecting('gate', ['is', 'audio'])] }],
    [
      'the gate',
      { ...gate(), inputs: [selecting('rtspSource', ['isNot', 'video']), { nodeName: 'motion' }] },
      fileSink(),
    ],
  ])(
    'that leaves a file without video, by the selectors of %s, is refused when it is activated',
    async (_, gateNode, sink) => {
      const rig = new PipelineRig();
      const activating = rig.activate(topologyOf(rtspSource(), motion(), gateNode, sink));
      await expect(activating).rejects.toMatchObject({
        code: 'TrackNotSupported',
        where: { pipeline: 'p1', node: 'fileSink' },
      });
      expect(await rig.leftovers()).toEqual({});
    },
  );

  it('gives a file the tracks that its selectors let through', async () => {
    const rig = new PipelineRig();
    const sink = { ...fileSink(), inputs: [selecting('gate', ['is', 'video']), selecting('gate', ['is', 'audio'])] };
    await rig.running(topologyOf(rtspSource(), motion(), gate(), sink));
    await rig.quiet(50);
    rig.judge({ motion: true });
    await rig.quiet(26);
    expect(latest(rig.bridge.muxes).spec.tracks.map(({ track }) => track)).toEqual(['video']);
    expect(rig.bridge.muxes).toHaveLength(1);
    await rig.runner.deactivate('p1');
  });
});

describe('the wiring of events', () => {
  const emit = (running: RunningNode): string =>
    linksOf(running).events.emit({
      kind: 'inference',
      at: 5 as MediaTime,
      eventType: 'Test.Event',
      eventTime: 7 as never,
      data: { found: 1 },
    });

  it('publishes through the output of every hub sink behind, and hands on the first id to all', () => {
    const outputs = ['first', 'second', 'third'].map((name) => ({
      ...hubSink('delayer', name),
      hubOutputName: `${name}Output`,
    }));
    const { rig, of } = wired(
      rtspSource(),
      motion(),
      node(delayProbe, 'delayer', 'motion'),
      node(eventProbe, 'one', 'delayer'),
      ...outputs,
      node(eventProbe, 'two', 'delayer'),
      node(eventProbe, 'elsewhere', 'motion'),
    );
    expect(emit(of('delayer'))).toBe('id-1');
    const event = { eventType: 'Test.Event', eventTime: 7, data: { found: 1 }, pipeline: 'p1' };
    expect(rig.journal.drafts).toMatchObject([
      { ...event, output: 'firstOutput' },
      { ...event, output: 'secondOutput' },
      { ...event, output: 'thirdOutput' },
    ]);
    const taken = [{ kind: 'inference', at: 5, id: 'id-1', data: { found: 1 } }];
    expect((of('one') as ProbeNode).taken).toEqual(taken);
    expect((of('two') as ProbeNode).taken).toEqual(taken);
    expect((of('elsewhere') as ProbeNode).taken).toEqual([]);
  });

  it('publishes once without an output where no hub sink is behind', () => {
    const { rig, of } = wired(
      rtspSource(),
      motion(),
      node(delayProbe, 'delayer', 'motion'),
      node(eventProbe, 'sink', 'delayer'),
    );
    emit(of('delayer'));
    expect(rig.journal.drafts).toHaveLength(1);
    expect(rig.journal.drafts[0]).not.toHaveProperty('output');
  });

  it('brings an event once to a node that names the node in front twice', () => {
    const twice = { ...hubSink('delayer'), inputs: [{ nodeName: 'delayer' }, { nodeName: 'delayer' }] };
    const { rig, of } = wired(
      rtspSource(),
      motion(),
      node(delayProbe, 'delayer', 'motion'),
      node(eventProbe, 'sink', 'delayer', 'delayer'),
      twice,
    );
    emit(of('delayer'));
    expect(rig.journal.drafts).toHaveLength(1);
    expect((of('sink') as ProbeNode).taken).toHaveLength(1);
  });

  it('brings no events through selectors that let no data through', () => {
    const { rig, of } = wired(
      rtspSource(),
      motion(),
      node(delayProbe, 'delayer', 'motion'),
      node(eventProbe, 'one', selecting('delayer', ['is', 'application'])),
      node(eventProbe, 'two', 'delayer'),
    );
    emit(of('delayer'));
    expect([(of('one') as ProbeNode).taken.length, rig.journal.drafts.length]).toEqual([1, 1]);
  });

  it('knows whether they are recorded', () => {
    const { of } = wired(
      rtspSource(),
      motion(),
      node(delayProbe, 'recorded', 'motion'),
      node(delayProbe, 'seen', 'motion'),
      gate('rtspSource', 'recorded'),
      fileSink(),
      node(eventProbe, 'sink', 'seen'),
    );
    expect([linksOf(of('recorded')).events.records, linksOf(of('seen')).events.records]).toEqual([true, false]);
  });

  it('adds up how long they are held back along the longest way', () => {
    const { of } = wired(
      rtspSource(),
      { ...motion(), eventAggregationWindow: 'PT3S' },
      node(delayProbe, 'once', 'motion'),
      node(delayProbe, 'twice', 'once'),
      node(eventProbe, 'sink', 'motion', 'once', 'twice'),
      node(eventProbe, 'near', 'motion'),
      node(mediaProbe, 'media', 'rtspSource'),
    );
    const delays = ['once', 'twice', 'sink', 'near', 'media'].map((name) => linksOf(of(name)).eventDelay);
    expect(delays).toEqual([3, 5, 7, 3, 0].map(seconds));
  });

  it('asks those in front how far behind they are, all along the longest way', () => {
    const { of } = wired(
      rtspSource(),
      motion(),
      node(delayProbe, 'near', 'motion'),
      node(delayProbe, 'far', 'near'),
      node(mediaProbe, 'media', 'rtspSource'),
    );
    const lags = () => ['near', 'far', 'media'].map((name) => linksOf(of(name)).eventLag());
    expect(lags()).toEqual([0, 0, 0]);
    Object.assign(of('motion'), { eventLag: () => seconds(2) });
    expect(lags()).toEqual([2, 2, 0].map(seconds));
    Object.assign(of('near'), { eventLag: () => seconds(3) });
    expect(lags()).toEqual([2, 3, 0].map(seconds));
  });

  it('opens a gate and reaches hub sinks alike, and the recording correlates with the first of them', async () => {
    const rig = new PipelineRig();
    const outputs = ['one', 'two'].map((name) => ({ ...hubSink('motion', name), hubOutputName: name }));
    await rig.running(topologyOf(rtspSource(), motion(), gate(), fileSink(), ...outputs));
    await rig.quiet(50);
    rig.judge({ motion: true });
    await rig.quiet(26);
    const inferences = rig.journal.named('Inference');
    expect(inferences.map(({ output }) => output)).toEqual(['one', 'two']);
    expect(rig.journal.named('RecordingStarted')).toMatchObject([{ correlationId: inferences[0]!.id }]);
    await rig.runner.deactivate('p1');
  });
});

describe('the wiring', () => {
  it('gives pictures to those whose selectors let video through', () => {
    const { of } = wired(
      rtspSource(),
      motion(),
      node(pictureProbe, 'both', 'rtspSource', 'motion'),
      node(pictureProbe, 'one', selecting('rtspSource', ['is', 'video']), selecting('motion', ['isNot', 'video'])),
    );
    const asked: string[] = [];
    for (const name of ['rtspSource', 'motion']) {
      vi.spyOn(of(name).pictures!, 'toUtc').mockImplementation(() => {
        asked.push(name);
        return utcMicros(0);
      });
    }
    for (const name of ['both', 'one']) for (const port of linksOf(of(name)).pictures) port.toUtc(0 as MediaTime);
    expect(asked).toEqual(['rtspSource', 'motion', 'rtspSource']);
  });

  it('has the nodes from the sources to the sinks, whatever the order in the document', () => {
    const { names } = wired(
      fileSink(),
      gate('late', 'rtspSource'),
      node(delayProbe, 'late', 'early'),
      node(delayProbe, 'early', 'motion'),
      motion(),
      rtspSource(),
    );
    expect(names).toEqual(['rtspSource', 'motion', 'early', 'late', 'gate', 'fileSink']);
  });

  it('refuses a node without a running part', () => {
    const rig = new PipelineRig();
    const pipeline = rig.resolved(topologyOf(rtspSource(), motion(), gate(), fileSink()));
    const [first, ...others] = pipeline.nodes;
    const { run: _, ...definition } = first!.definition as AnyNodeType;
    const broken = { ...pipeline, nodes: [{ ...first!, definition }, ...others] };
    expect(() => new Wiring(broken, () => rig.context())).toThrow(shortType(definition.type));
  });
});
