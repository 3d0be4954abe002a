import { Ajv2020 } from 'ajv/dist/2020.js';

/** A topic that Home Assistant can subscribe to; ours have no wildcards. */
const topic = { type: 'string', minLength: 1, maxLength: 65_535, pattern: '^[^+#\\u0000]+$' };
const name = { type: ['string', 'null'] };
const text = { type: 'string', minLength: 1 };
const qos = { enum: [0, 1, 2] };
const template = { type: 'string', pattern: '\\{[{%].*[}%]\\}' };

const availability = {
  type: 'array',
  items: {
    type: 'object',
    required: ['topic'],
    properties: { topic, payload_available: text, payload_not_available: text, value_template: template },
    additionalProperties: false,
  },
};

/** Of every entity. `unique_id` is needed where a device has several. */
const common = {
  unique_id: text,
  name,
  entity_category: { enum: ['config', 'diagnostic'] },
  enabled_by_default: { type: 'boolean' },
  icon: { type: 'string', pattern: '^mdi:' },
  availability,
  availability_mode: { enum: ['all', 'any', 'latest'] },
  json_attributes_topic: topic,
  json_attributes_template: template,
  qos,
  encoding: { type: 'string' },
};

const BINARY_SENSOR_CLASSES = [
  ...['battery', 'battery_charging', 'carbon_monoxide', 'cold', 'connectivity', 'door', 'garage_door', 'gas', 'heat'],
  ...['light', 'lock', 'moisture', 'motion', 'moving', 'occupancy', 'opening', 'plug', 'power', 'presence', 'problem'],
  ...['running', 'safety', 'smoke', 'sound', 'tamper', 'update', 'vibration', 'window'],
];

const component = (p: string, required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  properties: { p: { const: p }, ...common, ...properties },
  required: ['p', 'unique_id', ...required],
  additionalProperties: false,
});

/** With its platform alone, a component that is there is removed. */
const removed = {
  type: 'object',
  properties: { p: { enum: ['binary_sensor', 'event', 'image'] } },
  required: ['p'],
  additionalProperties: false,
};

/** Home Assistant's device-based MQTT discovery, as far as cameras need it: what its documentation says of keys and values. */
const SCHEMA = {
  type: 'object',
  required: ['dev', 'o', 'cmps'],
  properties: {
    dev: {
      type: 'object',
      properties: {
        ids: { type: 'array', items: text, minItems: 1 },
        name: text,
        mf: text,
        mdl: text,
        mdl_id: text,
        sw: text,
        hw: text,
        sn: text,
        sa: text,
        cu: { type: 'string', pattern: '^(?:https?|homeassistant)://' },
        via_device: text,
      },
      required: ['ids'],
      additionalProperties: false,
    },
    o: {
      type: 'object',
      properties: { name: text, sw: text, url: { type: 'string', pattern: '^https?://' } },
      required: ['name'],
      additionalProperties: false,
    },
    availability,
    availability_mode: common.availability_mode,
    qos,
    encoding: common.encoding,
    cmps: {
      type: 'object',
      minProperties: 1,
      additionalProperties: {
        oneOf: [
          removed,
          component('binary_sensor', ['state_topic'], {
            state_topic: topic,
            device_class: { enum: BINARY_SENSOR_CLASSES },
            payload_on: text,
            payload_off: text,
            value_template: template,
            expire_after: { type: 'integer', minimum: 1 },
            force_update: { type: 'boolean' },
            off_delay: { type: 'integer', minimum: 1 },
          }),
          component('event', ['state_topic', 'event_types'], {
            state_topic: topic,
            event_types: { type: 'array', items: text, minItems: 1, uniqueItems: true },
            device_class: { enum: ['button', 'doorbell', 'motion'] },
            value_template: template,
          }),
          component('image', ['image_topic'], {
            image_topic: topic,
            content_type: { type: 'string', pattern: '^image/' },
            image_encoding: { const: 'b64' },
          }),
        ],
      },
    },
  },
  additionalProperties: false,
};

const check = new Ajv2020({ strict: false, allErrors: true }).compile(SCHEMA);

/** What is wrong with a discovery message, for its topic and payload; empty if nothing is. */
export const discoveryFaults = (of: { topic: string; payload: string }, prefix = 'homeassistant'): string[] => {
  const faults: string[] = [];
  const rest = of.topic.startsWith(`${prefix}/`) ? of.topic.slice(prefix.length + 1) : '';
  if (!/^device\/(?:[A-Za-z0-9_-]+\/)?[A-Za-z0-9_-]+\/config$/.test(rest)) faults.push(`topic ${of.topic}`);
  const payload = JSON.parse(of.payload) as { cmps?: Record<string, { unique_id?: string }> };
  if (!check(payload)) faults.push(...check.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`));
  const ids = Object.values(payload.cmps ?? {}).flatMap(({ unique_id }) => unique_id ?? []);
  if (new Set(ids).size !== ids.length) faults.push('unique ids are not unique');
  return faults;
};
