/** The cameras as people know them: by the live pipelines that read them. */
import { codecOf } from '../bridge/filters/caps.js';
import type { CameraSession } from './camera/session.js';
import type { CameraInfo } from './camera-info.js';
import type { PipelineResource } from './control/index.js';
import type { Clock } from './core/clock.js';
import { SluiceError } from './core/errors.js';
import { type Scene, type Sense, together, unknownScene } from './core/scene.js';
import { LiveFeed } from './live/live-feed.js';
import type { LiveView } from './live/live-view.js';
import type { LivePipeline } from './pipeline/live-pipeline.js';
import { Places, type Tunnel, tunnelOf } from './tunnel/tunnel.js';

/** Who may watch through tunnels at the same time. Each has its own packets made. */
const PLACES = 100;

interface CameraListDeps {
  clock: Pick<Clock, 'after'>;
  resources: { list(): PipelineResource[]; state(name: string): PipelineResource['properties']['state'] };
  runner: { readonly pipelines: readonly LivePipeline[] };
  /** What the nodes of a topology watch for. */
  sensesOf(topology: string): ReadonlySet<Sense>;
  /** The videos that a pipeline writes. */
  videosOf(pipeline: string): readonly string[];
  /** Pipelines that are recording. */
  recording(): ReadonlySet<string>;
}

export class CameraList {
  readonly #deps: CameraListDeps;
  readonly #places = new Places(PLACES);
  readonly #feeds = new WeakMap<CameraSession, LiveFeed>();

  constructor(deps: CameraListDeps) {
    this.#deps = deps;
  }

  list(): CameraInfo[] {
    const { resources, runner, sensesOf } = this.#deps;
    const running = new Map(runner.pipelines.map((pipeline) => [pipeline.name, pipeline]));
    const recording = this.#deps.recording();
    const cameras = new Map<CameraSession | string, CameraInfo>();
    // There may be a thousand pipelines of one topology.
    const watched = new Map<string, Scene>();
    for (const { name, properties } of resources.list()) {
      const pipeline = running.get(name);
      const session = pipeline?.session;
      // A pipeline without a camera is nothing to look at.
      if (!session && properties.state === 'active') continue;
      const known = cameras.get(session ?? name);
      const camera = known ?? { ...emptyOf(name), ...(session ? stateOf(session) : {}) };
      camera.pipelines.push(name);
      if (!camera.topologies.includes(properties.topologyName)) camera.topologies.push(properties.topologyName);
      camera.videos.push(...this.#deps.videosOf(name));
      camera.recording ||= recording.has(name);
      const unknown = watched.get(properties.topologyName) ?? unknownScene(sensesOf(properties.topologyName));
      watched.set(properties.topologyName, unknown);
      // Of a camera that is away, nobody knows how it is there.
      camera.scene = together([camera.scene, unknown, (camera.connected && pipeline?.scene) || {}]);
      cameras.set(session ?? name, camera);
    }
    return [...cameras.values()];
  }

  /** @param name of one of its live pipelines @throws SluiceError `CameraNotFound` */
  get(name: string): CameraInfo {
    const camera = this.list().find(({ pipelines }) => pipelines.includes(name));
    if (camera) return camera;
    throw notFound(name);
  }

  /** What it sends, for people who watch. @throws SluiceError `CameraNotFound`; `CameraInactive` if no pipeline reads it */
  live(name: string): LiveView {
    const session = this.sessionOf(name);
    const feed = this.#feeds.get(session) ?? new LiveFeed(session);
    this.#feeds.set(session, feed);
    return feed;
  }

  /** The camera that is being recorded into a video, for players that ask for RTSP; undefined if there is none. */
  tunnel(video: string): Tunnel | undefined {
    const { runner, videosOf, clock } = this.#deps;
    const session = runner.pipelines.find(({ name }) => videosOf(name).includes(video))?.session;
    return session && tunnelOf(session, this.#places, clock);
  }

  /** As `live`. */
  sessionOf(name: string): CameraSession {
    const session = this.#deps.runner.pipelines.find((pipeline) => pipeline.name === name)?.session;
    if (session) return session;
    const isKnown = this.#deps.resources.list().some((each) => each.name === name);
    throw isKnown
      ? new SluiceError('CameraInactive', `the live pipeline '${name}' does not run`, {
          kind: 'conflict',
          where: { pipeline: name },
          hint: 'Activate it.',
        })
      : notFound(name);
  }
}

const notFound = (name: string): SluiceError =>
  new SluiceError('CameraNotFound', `there is no camera '${name}'`, {
    kind: 'notFound',
    hint: 'GET /cameras lists them. A camera has the name of the live pipeline that reads it.',
  });

const emptyOf = (name: string): CameraInfo => ({
  name,
  pipelines: [],
  topologies: [],
  connection: 'inactive',
  connected: false,
  videos: [],
  recording: false,
  scene: {},
  live: false,
});

const stateOf = (session: CameraSession): Partial<CameraInfo> => {
  const { trouble, state, address, ring, priority, pictures } = session;
  const newest = ring.lastKeyframe();
  const caps = newest && session.capsOf(newest.epoch);
  const codec = caps && codecOf(caps.mediaType);
  return {
    address: address.label,
    connection: state,
    connected: session.sdp !== null,
    ...(trouble ? { trouble } : {}),
    priority,
    ...(pictures.reduction ? { decodedLess: pictures.reduction } : {}),
    ...(caps && codec ? { video: { codec, width: caps.width ?? 0, height: caps.height ?? 0 } } : {}),
    live: codec !== undefined && codec !== 'mjpeg',
  };
};
