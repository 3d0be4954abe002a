/** What `sluice serve` adds to an engine: HTTP, WebSocket and the hub. */
import { ContentTokens } from './client-api/content-tokens.js';
import { type Config, wholeConfig } from './config/index.js';
import { methodsOpenApi } from './control/index.js';
import { anything, checkArguments } from './core/arguments.js';
import type { Engine } from './engine.js';
import { openInterfaces } from './interfaces.js';
import { partsOf } from './parts-of.js';
import { registerResources, resourceSockets } from './resource-routes.js';
import type { Service } from './running-service.js';
import { secretOf } from './store/secrets.js';

export type { Service } from './running-service.js';

/** What is given by whoever puts several engines behind one address. */
interface Given {
  /** Signs the tokens that open the media of videos. Default: a secret of the engine's own. */
  contentTokens?: Uint8Array;
}

/** @throws SluiceError if an address, certificate or token is missing or wrong. */
export async function startService(
  engine: Engine,
  config: Config = partsOf(engine).config,
  given: Given = {},
): Promise<Service> {
  const parts = partsOf(engine);
  parts.gate.enter('startService');
  checkArguments('startService', { engine: anything, config: wholeConfig }, [engine, config]);
  const { archive, playback, clock, metrics, cameras, control, log } = parts;
  const secret = (name: string): Buffer => secretOf(parts.store.db, name);
  const tokens = new ContentTokens(given.contentTokens ?? secret('content tokens'));
  const live = {
    live: (camera: string) => cameras.live(camera),
    clock,
    onDropped: (camera: string, pictures: number) => metrics.camera(camera).liveSkipped.add(pictures),
  };
  const tunnel = (video: string) => cameras.tunnel(video);
  const hasTunnel = (video: string) => tunnel(video)?.available === true;
  return await openInterfaces(
    {
      journal: parts.journal,
      eventTypes: parts.eventTypes,
      startSeq: parts.startSeq,
      methods: control,
      inputs: parts.inputs,
      cameras: {
        list: () => cameras.list(),
        picture: (camera, width) => parts.pictures.snapshot(camera, { width }),
      },
      metrics,
      ready: () => engine.readiness(),
      openApi: methodsOpenApi(parts.nodeTable),
      tokens,
      sessionSecret: secret('browser sessions'),
      register: (app) =>
        registerResources(app, {
          cameras,
          pictures: parts.pictures,
          motion: { history: parts.history, pipelinesOf: (camera) => cameras.get(camera).pipelines },
          playback,
          clients: { playback, tokens, archive, hasTunnel, clock },
          clips: parts.clips,
          exports: parts.exports,
          recordings: archive.people,
        }),
      socketRoutes: resourceSockets(live, tunnel),
      clock,
      log,
    },
    config,
  );
}
