import type { IPublishPacket } from 'mqtt';
import { type CancelTimer, type Clock, every } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import { version } from '../../core/package-files.js';
import { MICROS_PER_MS, MICROS_PER_SECOND, toIso } from '../../core/time.js';
import type { EventFeed } from '../../events/types.js';
import type { StateStats } from '../../metrics/metric-types.js';
import {
  type DiscoveryOptions,
  discoveryOf,
  discoveryTopic,
  isDiscoveryTopic,
  REFRESHES_TO_EXPIRY,
} from '../home-assistant/discovery.js';
import type { Link, Will } from '../link.js';
import type { HubReports } from '../reports.js';
import type { HubSettings } from '../types.js';
import { CameraHappenings } from './camera-happenings.js';
import { type CameraNow, type CameraSource, statesOf } from './camera-now.js';
import { PictureShower } from './picture-shower.js';
import { RetainedBoard, type Shown } from './retained-board.js';
import { CAMERA_STATES, type StateTopics } from './state-topics.js';

export interface StatePublisherOptions {
  settings: HubSettings;
  topics: StateTopics;
  source: CameraSource;
  journal: EventFeed;
  clock: Clock;
  log: Logger;
  reports: HubReports;
  /** An acknowledgement has freed a place for another message. */
  onRoom(): void;
}

const ONLINE = 'online';
const OFFLINE = 'offline';
const TEXT = 'text/plain';
/** States end without an event, too: motion, and a connection that fails silently. */
const LOOK_EVERY_MS = 1_000;
/** Events come in bursts, and to look at a thousand cameras takes some milliseconds. */
const LOOK_AFTER_EVENT_MS = 200;
const GOODBYE_MS = 2_000;

/**
 * Keeps the broker's retained messages equal to what is true of the cameras: looks at them, and publishes what has changed.
 * Nothing is replayed. While the engine is away its availability says so, by its last will.
 */
export class StatePublisher {
  readonly #options: StatePublisherOptions;
  readonly #board: RetainedBoard;
  readonly #pictures: PictureShower | undefined;
  readonly #happenings: CameraHappenings | undefined;
  readonly #discovery: DiscoveryOptions;
  #link: Link | undefined;
  #picturesShown = 0;
  #stops: CancelTimer[] = [];
  #soon: CancelTimer | undefined;
  /** What each camera was announced with to Home Assistant. */
  readonly #announced = new Map<string, string>();
  /** Names of the cameras of the last look. */
  #cameras: ReadonlySet<string> = new Set();

  constructor(options: StatePublisherOptions) {
    const { settings, topics, clock, log, reports, source, journal, onRoom } = options;
    const { homeAssistant, mqtt, device, module } = settings;
    this.#options = options;
    this.#board = new RetainedBoard({ reports, onRoom });
    this.#discovery = {
      topics,
      prefix: homeAssistant.prefix,
      device,
      module,
      version: version(),
      refresh: mqtt.stateRefresh,
      pictures: homeAssistant.pictures,
    };
    if (!homeAssistant.enabled) return;
    this.#happenings = new CameraHappenings({
      journal,
      tell: (camera, payload) => this.#board.tell(topics.camera(camera, 'event'), payload),
    });
    if (!homeAssistant.pictures) return;
    this.#pictures = new PictureShower({
      source,
      clock,
      log,
      every: homeAssistant.pictureEvery,
      show: (camera, jpeg) => this.#showPicture(camera, jpeg),
    });
  }

  get will(): Will {
    return { topic: this.#options.topics.availability, payload: OFFLINE };
  }

  stats(): StateStats {
    return { published: this.#board.published, pictures: this.#picturesShown, waiting: this.#board.waiting };
  }

  opened(link: Link): void {
    const { topics, journal, clock, settings, reports } = this.#options;
    this.#link = link;
    // What earlier runs have left must be read before it is overwritten.
    const filters = [topics.filter, ...(this.#statusTopic ? [this.#statusTopic] : [])];
    for (const filter of filters) {
      link.subscribe(filter, { retained: true }).catch((thrown: unknown) => {
        if (link === this.#link) reports.trouble(`the broker refuses the subscription to ${filter}`, thrown);
      });
    }
    this.#happenings?.begin();
    this.look();
    this.#board.opened(link);
    // Last of all: what stands there from earlier counts for nothing until then.
    this.#showAvailability();
    const { stateRefresh } = settings.mqtt;
    this.#stops = [
      every(clock, LOOK_EVERY_MS, () => this.look()),
      journal.onAppended(() => this.#lookSoon()),
      ...(stateRefresh > 0 ? [every(clock, stateRefresh / MICROS_PER_MS, () => this.#refresh())] : []),
    ];
  }

  closed(): void {
    this.#link = undefined;
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#soon?.();
    this.#soon = undefined;
    this.#board.closed();
    this.#board.forget(this.#options.topics.availability);
  }

  /**
   * Says goodbye, as long as there is a link.
   * @param forGood these topics are not ours any more: clears them
   */
  async leave({ forGood }: { forGood: boolean }): Promise<void> {
    this.#pictures?.stop();
    if (!this.#link) return;
    for (const stop of this.#stops) stop();
    this.#stops = [];
    const { topics, clock } = this.#options;
    if (forGood) for (const topic of this.#board.topics()) this.#board.clear(topic);
    else this.#board.show(topics.availability, { payload: OFFLINE, contentType: TEXT });
    await new Promise<void>((resolve) => {
      const cancel = clock.after(GOODBYE_MS, resolve);
      void this.#board.emptied().then(() => {
        cancel();
        resolve();
      });
    });
  }

  fill(): void {
    this.#board.fill();
  }

  /** False if the packet is for others. */
  take(packet: IPublishPacket): boolean {
    if (packet.topic === this.#statusTopic) {
      // What is retained was said before we came, and is answered by what is retained.
      if (!packet.retain && packet.payload.toString() === ONLINE) this.#announceAgain();
      return true;
    }
    const known = this.#options.topics.parse(packet.topic);
    if (!known) return false;
    if (packet.retain && packet.payload.length > 0) this.#found(packet, known.camera, known.state === 'discovery');
    return true;
  }

  /** Publishes what has changed. */
  look(): void {
    const { source, reports, clock } = this.#options;
    let cameras: readonly CameraNow[];
    try {
      cameras = source.list();
    } catch (thrown) {
      reports.trouble('the cameras cannot be looked at', thrown);
      return;
    }
    for (const camera of cameras) this.#show(camera);
    const names = new Set(cameras.map(({ name }) => name));
    for (const name of this.#cameras) if (!names.has(name)) this.#remove(name);
    this.#cameras = names;
    this.#happenings?.look(cameras, toIso(clock.utc()));
    this.#pictures?.look(cameras);
  }

  get #statusTopic(): string | undefined {
    const { enabled, prefix } = this.#options.settings.homeAssistant;
    return enabled ? `${prefix}/status` : undefined;
  }

  #lookSoon(): void {
    this.#soon ??= this.#options.clock.after(LOOK_AFTER_EVENT_MS, () => {
      this.#soon = undefined;
      this.look();
    });
  }

  #show(camera: CameraNow): void {
    const { topics, settings } = this.#options;
    const states = statesOf(camera);
    for (const [state, payload] of states) this.#board.show(topics.camera(camera.name, state), this.#state(payload));
    for (const state of CAMERA_STATES) if (!states.has(state)) this.#clear(topics.camera(camera.name, state));
    const senses = Object.keys(camera.scene).join();
    if (!settings.homeAssistant.enabled || this.#announced.get(camera.name) === senses) return;
    this.#announced.set(camera.name, senses);
    const topic = discoveryTopic(camera.name, this.#discovery);
    const payload = JSON.stringify(discoveryOf(camera, this.#discovery));
    this.#board.show(topics.camera(camera.name, 'discovery'), { payload: topic, contentType: TEXT });
    this.#board.show(topic, { payload, contentType: 'application/json' });
  }

  /** A message that says how something is now, and that is not believed for ever. */
  #state(payload: string): Shown {
    const { stateRefresh } = this.#options.settings.mqtt;
    const expiry = Math.ceil((REFRESHES_TO_EXPIRY * stateRefresh) / MICROS_PER_SECOND);
    return { payload, contentType: TEXT, expirySeconds: stateRefresh > 0 ? expiry : undefined };
  }

  /** Always after the states. */
  #showAvailability(): void {
    const { availability } = this.#options.topics;
    if (this.#board.shows(availability)) this.#board.again([availability]);
    else this.#board.show(availability, this.#state(ONLINE));
  }

  #showPicture(camera: string, jpeg: Buffer): void {
    const topic = this.#options.topics.picture(camera);
    if (topic === undefined || !this.#cameras.has(camera)) return;
    this.#picturesShown++;
    this.#board.show(topic, { payload: jpeg, contentType: 'image/jpeg' });
  }

  #remove(camera: string): void {
    const { topics } = this.#options;
    this.#announced.delete(camera);
    for (const state of [...CAMERA_STATES, 'discovery'] as const) this.#clear(topics.camera(camera, state));
    this.#clear(topics.picture(camera));
    this.#clear(discoveryTopic(camera, this.#discovery));
  }

  #clear(topic: string | undefined): void {
    if (topic !== undefined && this.#board.shows(topic)) this.#board.clear(topic);
  }

  #refresh(): void {
    const isState = (topic: string): boolean => {
      const state = this.#options.topics.parse(topic)?.state;
      return state !== undefined && state !== 'discovery';
    };
    this.#board.again(this.#board.topics().filter(isState));
    this.#showAvailability();
  }

  /** Home Assistant has started: it reads what is retained, unless its broker has forgotten it. */
  #announceAgain(): void {
    const all = this.#board.topics();
    const isPicture = new Set([...this.#cameras].map((camera) => this.#options.topics.picture(camera)));
    this.#board.again(all.filter((topic) => !isPicture.has(topic)));
    this.#showAvailability();
  }

  /** A message that an earlier run has left. */
  #found({ topic, payload }: IPublishPacket, camera: string, isDiscovery: boolean): void {
    const { topics } = this.#options;
    if (isDiscovery) {
      const announced = payload.toString();
      const isStale = isDiscoveryTopic(announced, camera, this.#discovery) && !this.#board.shows(announced);
      if (isStale) this.#board.clear(announced);
    }
    if (this.#board.shows(topic)) return;
    this.#board.clear(topic);
    const picture = topics.picture(camera);
    const isOurs = picture !== undefined && this.#board.shows(picture);
    if (picture !== undefined && !isOurs && (isDiscovery || !this.#cameras.has(camera))) this.#board.clear(picture);
  }
}
