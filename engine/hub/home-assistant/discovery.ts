import { createHash } from 'node:crypto';
import { MICROS_PER_SECOND, type Micros } from '../../core/time.js';
import { CAMERA_HAPPENINGS } from '../states/camera-happenings.js';
import { type CameraNow, PAYLOADS } from '../states/camera-now.js';
import { CAMERA_STATES, type CameraStateName, type StateTopics } from '../states/state-topics.js';

/** How Home Assistant is told of cameras. */
export interface DiscoveryOptions {
  topics: StateTopics;
  /** Home Assistant's discovery prefix. */
  prefix: string;
  device: string;
  module: string;
  /** Of the engine. */
  version: string;
  /** How often states are published again; 0: only when they change. */
  refresh: Micros;
  pictures: boolean;
}

/** Missing states this often say that nobody is there to publish them. */
export const REFRESHES_TO_EXPIRY = 3;

interface Sensor {
  name: string;
  device_class: string;
  entity_category?: 'diagnostic';
}

const SENSORS: Readonly<Record<CameraStateName, Sensor>> = {
  connected: { name: 'Connection', device_class: 'connectivity', entity_category: 'diagnostic' },
  recording: { name: 'Recording', device_class: 'running' },
  motion: { name: 'Motion', device_class: 'motion' },
  tampered: { name: 'Tampering', device_class: 'tamper' },
  degraded: { name: 'Detection', device_class: 'problem', entity_category: 'diagnostic' },
};

const VALUE_TEMPLATE = `{{ value if value in ['${PAYLOADS.on}', '${PAYLOADS.off}'] else 'None' }}`;

type Component = Record<string, unknown> & { p: 'binary_sensor' | 'event' | 'image' };

/** Home Assistant allows these characters; a name with others is made unique by a hash. */
const idPart = (name: string): string => {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '_');
  return plain === name ? plain : `${plain}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
};

/** The same in every run, and another for every camera of every engine at a broker. */
export const deviceId = (camera: string, { device, module }: Pick<DiscoveryOptions, 'device' | 'module'>): string =>
  ['sluice', device, module, camera].map(idPart).join('_');

export const discoveryTopic = (camera: string, options: DiscoveryOptions): string =>
  `${options.prefix}/device/${deviceId(camera, options)}/config`;

/** Whether a topic is one under which Home Assistant was told of the camera, whatever the prefix was then. */
export const isDiscoveryTopic = (topic: string, camera: string, options: Pick<DiscoveryOptions, 'device' | 'module'>) =>
  topic.endsWith(`/device/${deviceId(camera, options)}/config`) && !/[+#\0]/.test(topic);

/**
 * The payload of Home Assistant's device-based discovery for a camera. A component that it does not have is listed all the same, with its
 * platform alone: that removes one of an earlier time.
 */
export const discoveryOf = (camera: CameraNow, options: DiscoveryOptions): Record<string, unknown> => {
  const id = deviceId(camera.name, options);
  const has: Partial<Record<string, unknown>> = { connected: true, recording: true, ...camera.scene };
  const sensors = CAMERA_STATES.map((state): [string, Component] => [
    state,
    has[state] === undefined ? { p: 'binary_sensor' } : sensorOf(state, camera.name, id, options),
  ]);
  return {
    dev: { ids: [id], name: camera.name, mf: 'Sluice', mdl: 'Camera', sw: options.version },
    o: { name: 'Sluice', sw: options.version },
    availability: [{ topic: options.topics.availability }],
    qos: 1,
    cmps: {
      ...Object.fromEntries(sensors),
      picture: pictureOf(camera.name, id, options),
      event: {
        p: 'event',
        unique_id: `${id}_event`,
        name: 'Event',
        state_topic: options.topics.camera(camera.name, 'event'),
        event_types: CAMERA_HAPPENINGS,
      },
    },
  };
};

const sensorOf = (state: CameraStateName, camera: string, id: string, options: DiscoveryOptions): Component => ({
  p: 'binary_sensor',
  unique_id: `${id}_${state}`,
  ...SENSORS[state],
  state_topic: options.topics.camera(camera, state),
  payload_on: PAYLOADS.on,
  payload_off: PAYLOADS.off,
  value_template: VALUE_TEMPLATE,
  ...(options.refresh > 0
    ? { expire_after: Math.ceil((REFRESHES_TO_EXPIRY * options.refresh) / MICROS_PER_SECOND) }
    : {}),
});

const pictureOf = (camera: string, id: string, { topics, pictures }: DiscoveryOptions): Component => {
  const topic = pictures ? topics.picture(camera) : undefined;
  if (topic === undefined) return { p: 'image' };
  return { p: 'image', unique_id: `${id}_picture`, name: 'Picture', image_topic: topic, content_type: 'image/jpeg' };
};
