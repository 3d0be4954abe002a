import { type NamedSettings, TopicError, templateText, topicTemplate } from '../topic-layouts.js';
import { encodeLevel, type TopicTemplate } from '../topic-template.js';

/** What is told of a camera, each on a retained topic of its own. */
export const CAMERA_STATES = ['connected', 'recording', 'motion', 'tampered', 'degraded'] as const;
export type CameraStateName = (typeof CAMERA_STATES)[number];

/** Beside them: things that happen, which are not retained; and under which topic Home Assistant was told of the camera. */
type CameraTopicName = CameraStateName | 'event' | 'discovery';

const NAMES: ReadonlySet<string> = new Set<CameraTopicName>([...CAMERA_STATES, 'discovery']);

export interface CameraTopic {
  camera: string;
  state: CameraStateName | 'discovery';
}

/** The topics that say how cameras are now. */
export class StateTopics {
  /** Whether the engine is there: `online`, `offline`. */
  readonly availability: string;
  /** Matches every topic of a camera's states. */
  readonly filter: string;
  readonly #state: TopicTemplate;
  readonly #picture: TopicTemplate | undefined;

  private constructor(settings: NamedSettings, state: TopicTemplate, availability: TopicTemplate) {
    this.#state = state;
    this.availability = availability.fill({});
    this.#picture = topicTemplate(settings, 'picture');
    this.filter = templateText(settings, 'state')
      .split('/')
      .map((level) => (/\{(?:camera|state)\}/.test(level) ? '+' : fixedLevel(level, settings)))
      .join('/');
  }

  /** Undefined if the layout has no such topics. @throws TopicError */
  static of(settings: NamedSettings): StateTopics | undefined {
    const state = topicTemplate(settings, 'state');
    const availability = topicTemplate(settings, 'availability');
    if (!state && !availability) return undefined;
    if (!state) throw new TopicError('state', 'must be set where mqtt.topics.availability is');
    if (!availability) throw new TopicError('availability', 'must be set where mqtt.topics.state is');
    const topics = new StateTopics(settings, state, availability);
    if (topics.parse(topics.availability)) throw new TopicError('availability', 'must not be that of a state');
    return topics;
  }

  camera(camera: string, state: CameraTopicName): string {
    return this.#state.fill({ camera, state });
  }

  /** Undefined if there is no such topic. */
  picture(camera: string): string | undefined {
    return this.#picture?.fill({ camera });
  }

  /** Undefined if the topic is not that of a retained state. */
  parse(topic: string): CameraTopic | undefined {
    const found = this.#state.match(topic);
    if (!found || !NAMES.has(found['state']!)) return undefined;
    return { camera: found['camera']!, state: found['state'] as CameraTopic['state'] };
  }
}

const fixedLevel = (level: string, { module, device }: NamedSettings): string =>
  level.replace(/\{(module|device)\}/g, (_, name: 'module' | 'device') => encodeLevel({ module, device }[name]));
