import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Archive } from '../../engine/archive/archive.js';
import { ConnectionGovernor } from '../../engine/camera/governor.js';
import { DEFAULT_PATIENCE } from '../../engine/camera/patience.js';
import { CameraRegistry } from '../../engine/camera/registry.js';
import type { CameraSession } from '../../engine/camera/session.js';
import type { DecodePolicy } from '../../engine/core/decode-policy.js';
import { silentLogger } from '../../engine/core/log.js';
import { type MediaTime, seconds } from '../../engine/core/time.js';
import type { WhenInsensitive } from '../../engine/core/when-insensitive.js';
import { subjectOf } from '../../engine/events/catalogue.js';
import { EngineMetrics } from '../../engine/metrics/metrics.js';
import { MotionHistory } from '../../engine/motion-history/motion-history.js';
import type { EventOutlet, MadeEvent, NodeEvent, NodeLinks } from '../../engine/nodes/links.js';
import { MessageInputs } from '../../engine/nodes/message-inputs.js';
import type { NodeContext, NodeServices } from '../../engine/nodes/node-context.js';
import { ClipShelf } from '../../engine/recording/clip-shelf.js';
import { MediaFolder } from '../../engine/recording/media-folder.js';
import { MIGRATIONS, migrate } from '../../engine/store/migrations.js';
import { openSqlite } from '../../engine/store/sqlite-driver.js';
import { DraftJournal } from './draft-journal.js';
import { FakeBridge, type FakeDecode, type FakeIngest, latest } from './fake-bridge.js';
import { FakeCamera } from './fake-camera.js';
import { FakeClock } from './fake-clock.js';
import { FakeMotionPool } from './fake-motion-pool.js';
import { FakeTrackerPool } from './fake-tracker-pool.js';
import type { H264Options } from './units.js';

export interface NodeRigOptions {
  /** For nodes that name none. Default: full. */
  decodePolicy?: DecodePolicy;
  /** Likewise. Default: report. */
  whenInsensitive?: WhenInsensitive;
  ringBytes?: number;
}

/** Takes what a node emits, and publishes it as the outlet of a pipeline does. */
export class FakeOutlet implements EventOutlet {
  records = true;
  readonly emitted: MadeEvent[] = [];
  /** With an event, no other counts until this time. */
  covers: MediaTime | undefined;
  /** Handed on, without those that were emitted. */
  readonly handedOn: NodeEvent[] = [];
  readonly #publish: NodeContext['publish'];

  constructor({ publish }: Pick<NodeContext, 'publish'>) {
    this.#publish = publish;
  }

  emit(event: MadeEvent): string {
    this.emitted.push(event);
    const { eventType, eventTime, data } = event;
    return this.#publish({ eventType, eventTime, data });
  }

  coversUntil(): MediaTime | undefined {
    return this.covers;
  }

  handOn(event: NodeEvent): void {
    this.handedOn.push(event);
  }
}

/**
 * What nodes stand on: a fake bridge, clock and detector pool, and a real registry of cameras, a real shelf for clips and
 * a real set of metrics. The camera is the test. To be made inside a test: the files go when it has ended.
 */
export class NodeRig {
  readonly clock = new FakeClock();
  readonly bridge = new FakeBridge({ writeFiles: true });
  readonly motion = new FakeMotionPool();
  readonly tracker = new FakeTrackerPool();
  readonly journal = new DraftJournal();
  readonly log = silentLogger();
  readonly metrics = new EngineMetrics({ clock: this.clock });
  readonly inputs = new MessageInputs();
  readonly dataDir = mkdtempSync(join(tmpdir(), 'sluice-nodes-'));
  readonly db = openSqlite(':memory:');
  readonly cameras: CameraRegistry;
  readonly shelf: ClipShelf;
  readonly archive: Archive;
  readonly history: MotionHistory;
  readonly services: NodeServices;
  readonly #camera = new FakeCamera(this.bridge, this.clock);

  constructor({
    decodePolicy = { kind: 'full' },
    whenInsensitive = 'report',
    ringBytes = 2 ** 22,
  }: NodeRigOptions = {}) {
    const { clock, bridge, motion, journal, log, metrics, inputs, db, dataDir } = this;
    migrate(db, MIGRATIONS);
    this.shelf = new ClipShelf({ media: MediaFolder.open(join(dataDir, 'media')), db, events: journal, clock, log });
    this.cameras = new CameraRegistry({
      bridge,
      governor: new ConnectionGovernor({ clock, perSecond: 100 }),
      clock,
      log,
      metrics,
      patience: DEFAULT_PATIENCE,
      path: 'gstreamer',
      ringBytes,
      blindAfter: seconds(5),
    });
    this.history = new MotionHistory({ folder: join(dataDir, 'motion'), clock, log, keep: seconds(3600) });
    this.archive = new Archive({
      ...{ media: MediaFolder.open(join(dataDir, 'videos')), db, events: journal, clock, log },
      retention: { maximumSize: Number.MAX_SAFE_INTEGER, minimumFree: 0, previewEvery: 0 },
    });
    const { cameras, shelf, archive, history } = this;
    this.services = {
      cameras,
      bridge,
      muxes: bridge,
      motion,
      tracker: this.tracker,
      shelf,
      archive,
      history,
      inputs,
      timings: metrics,
      decodePolicy,
      whenInsensitive,
    };
    onTestFinished(() => {
      metrics.close();
      db.close();
      rmSync(dataDir, { recursive: true, force: true });
    });
  }

  /** As a live pipeline `p1` of the topology `t` makes one. */
  context(node = 'node', group: Parameters<typeof subjectOf>[1] = 'processors'): NodeContext {
    const { clock, log, journal, services } = this;
    const pipelineMetrics = this.metrics.pipeline('p1', 't');
    const subject = subjectOf('p1', group, node);
    return {
      node,
      pipeline: 'p1',
      topology: 't',
      subject,
      clock,
      log,
      journal,
      metrics: pipelineMetrics.node(node),
      pipelineMetrics,
      services,
      publish: ({ eventTime, ...draft }) =>
        journal.publish({ ...draft, subject, eventTime: eventTime ?? clock.utc(), pipeline: 'p1' }),
    };
  }

  /** Links of a node that has nothing in front and nothing behind, or what is given. */
  links(links: Partial<NodeLinks> = {}): NodeLinks {
    return {
      media: [],
      pictures: [],
      events: new FakeOutlet(this.context()),
      eventDelay: 0,
      eventLag: () => 0,
      ...links,
    };
  }

  /** The connection to the camera that was made last. */
  get ingest(): FakeIngest {
    return this.#camera.ingest;
  }

  get decoder(): FakeDecode {
    return latest(this.bridge.decodes);
  }

  /** The one camera that is connected to. */
  get session(): CameraSession {
    const [session, ...others] = this.cameras.sessions;
    if (!session || others.length > 0) throw new Error(`there are ${this.cameras.sessions.length} sessions`);
    return session;
  }

  /** See `FakeCamera.connected`. */
  connected(): Promise<void> {
    return this.#camera.connected();
  }

  /** See `FakeCamera.send`. */
  send(count: number, options: H264Options = {}): void {
    this.#camera.send(count, options);
  }

  /** As `send`, and promises go on after each unit. */
  async stream(count: number, options: H264Options = {}): Promise<void> {
    for (let sent = 0; sent < count; sent++) {
      this.send(1, options);
      await this.clock.run(0);
    }
  }

  /** Names of the series that have a label with this value. */
  async seriesOf(value: string): Promise<string[]> {
    const lines = (await this.metrics.text()).split('\n');
    return lines.filter((line) => line.includes(`="${value}"`));
  }
}
