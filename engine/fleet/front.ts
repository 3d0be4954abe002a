/** One address for several engines: their cameras, recordings and events as if they were of one. */
import { Agent } from 'undici';
import type { Readiness } from '../api/ports.js';
import { ContentTokens } from '../client-api/content-tokens.js';
import type { Config } from '../config/index.js';
import { methodsOpenApi } from '../control/index.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { EventTypes } from '../events/event-types.js';
import type { EventHandler } from '../events/subscribe.js';
import { openInterfaces } from '../interfaces.js';
import { nodeTable } from '../nodes/table.js';
import type { Service } from '../running-service.js';
import { Fleet } from './fleet.js';
import { FleetCameras } from './fleet-cameras.js';
import { fleetInputs } from './fleet-inputs.js';
import { FleetMethods } from './fleet-methods.js';
import { fleetSockets, registerFleetRoutes } from './fleet-routes.js';
import { MergedLog } from './merged-log.js';
import { mergedMetrics } from './metrics-text.js';
import { readinessOf } from './readiness.js';

interface FrontOptions {
  /** With the number of engines. */
  config: Config;
  clock: Clock;
  log: Logger;
}

/** How the front itself appears where engines are told apart by their numbers. */
const FRONT = 'front';
const CONTENT_TOKENS = 'content tokens';

/** What `sluice serve --engines N` runs in the process that it was started in. */
export class Front {
  readonly #options: FrontOptions;
  readonly #dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  readonly #merged: MergedLog;
  readonly #fleet: Fleet;
  readonly #cameras: FleetCameras;
  #service: Service | undefined;

  private constructor(options: FrontOptions, merged: MergedLog) {
    this.#options = options;
    this.#merged = merged;
    const { merge, journal: events } = merged;
    this.#fleet = new Fleet({ ...options, contentTokens: merged.secret(CONTENT_TOKENS), merge, events });
    this.#cameras = new FleetCameras({ fleet: this.#fleet, journal: events, clock: options.clock });
  }

  /** Starts the engines. Nothing is left running if that fails. @throws SluiceError */
  static async open(options: FrontOptions): Promise<Front> {
    const front = new Front(options, MergedLog.open(options));
    try {
      await front.#fleet.start();
      return front;
    } catch (error) {
      await front.close();
      throw error;
    }
  }

  get urls(): readonly string[] {
    return this.#service?.urls ?? [];
  }

  get hasCameras(): boolean {
    return this.#fleet.owners.hasPipelines;
  }

  /** The merged log. */
  get journal(): MergedLog['journal'] {
    return this.#merged.journal;
  }

  /** Calls the handler with every event since the start, the last ones included. */
  follow(handler: EventHandler): void {
    this.#merged.follow(handler);
  }

  /** Begins to listen. @throws SluiceError if an address, certificate or token is missing or wrong */
  async serve(): Promise<void> {
    const { config, clock, log } = this.#options;
    const [merged, fleet] = [this.#merged, this.#fleet];
    if (hasBroker(config)) await this.#cameras.start();
    this.#service = await openInterfaces(
      {
        journal: merged.journal,
        eventTypes: new EventTypes(),
        startSeq: merged.startSeq,
        methods: new FleetMethods(fleet),
        inputs: fleetInputs(fleet),
        cameras: this.#cameras,
        metrics: {
          readFrom: (sources) => merged.metrics.readFrom(sources),
          text: () => this.#metricsText(),
        },
        ready: () => this.#readiness(),
        openApi: methodsOpenApi(nodeTable),
        tokens: new ContentTokens(merged.secret(CONTENT_TOKENS)),
        sessionSecret: merged.secret('browser sessions'),
        register: (app) => registerFleetRoutes(app, fleet, this.#dispatcher),
        socketRoutes: fleetSockets(fleet),
        clock,
        log,
      },
      config,
    );
  }

  reconfigure(config: Config): void {
    this.#merged.retain(config);
    this.#fleet.configure(config);
    if (hasBroker(config)) void this.#cameras.start();
    this.#service?.reconfigure(config);
  }

  /** Finishes all clips, takes the last events of the engines and ends. */
  async close(): Promise<void> {
    const step = async (what: string, work: () => Promise<unknown> | undefined) => {
      try {
        await work();
      } catch (error) {
        this.#options.log.error(`while closing ${what}: ${messageOf(error)}`);
      }
    };
    await step('the interfaces', () => this.#service?.close());
    this.#cameras.stop();
    await step('the engines', () => this.#fleet.stop());
    await step('the connections to the engines', () => this.#dispatcher.destroy());
    await step('the merged event log', () => this.#merged.close());
  }

  async #metricsText(): Promise<string> {
    const texts = new Map([[FRONT, await this.#merged.metrics.text()]]);
    // The metrics of an engine that is away are absent, as those of a process that Prometheus cannot reach.
    const running = this.#fleet.engines.filter(({ isRunning }) => isRunning);
    const found = await Promise.allSettled(running.map((engine) => engine.ask('metrics')));
    for (const [index, text] of found.entries()) {
      if (text.status === 'fulfilled') texts.set(String(running[index]?.engine), text.value);
    }
    return mergedMetrics(texts);
  }

  async #readiness(): Promise<Readiness> {
    const { engines } = this.#fleet;
    const all = await Promise.allSettled(engines.map((engine) => engine.ask('readiness')));
    return readinessOf([
      [FRONT, this.#merged.checks()],
      ...all.map((each, index): [string, Readiness['checks']] => [
        `engine ${index + 1}`,
        each.status === 'fulfilled' ? each.value.checks : { engine: messageOf(each.reason) },
      ]),
    ]);
  }
}

/** Without one nobody asks how cameras are all the time. */
const hasBroker = ({ mqtt }: Config): boolean => mqtt.url !== '';
