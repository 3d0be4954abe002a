import { SluiceError } from '../core/errors.js';
import { badTemplate, placeholdersOf, TopicTemplate } from './topic-template.js';
import type { BrokerSettings, HubSettings, TopicTemplates } from './types.js';

const LAYOUTS: Record<BrokerSettings['layout'], TopicTemplates> = {
  sluice: {
    output: 'sluice/{module}/outputs/{output}',
    event: 'sluice/{module}/events/{pipeline}/{event}',
    state: 'sluice/{module}/state/camera/{camera}/{state}',
    availability: 'sluice/{module}/state/availability',
    picture: 'sluice/{module}/pictures/{camera}',
    input: 'sluice/{module}/inputs/{input}',
    inputForPipeline: 'sluice/{module}/inputs/{input}/{pipeline}',
    inputFilter: 'sluice/{module}/inputs/#',
    method: 'sluice/{module}/methods/{method}/{rid}',
    methodFilter: 'sluice/{module}/methods/+/+',
    methodResponse: 'sluice/{module}/methods/{method}/{rid}/response',
  },
  // The topics of an Azure IoT Edge hub, as its device SDKs use them. It keeps no retained messages.
  'azure-iot-edge': {
    output: 'devices/{device}/modules/{module}/messages/events/{properties}',
    event: '',
    state: '',
    availability: '',
    picture: '',
    input: 'devices/{device}/modules/{module}/inputs/{input}/{properties}',
    inputForPipeline: '',
    inputFilter: 'devices/{device}/modules/{module}/inputs/#',
    method: '$iothub/methods/POST/{method}/?$rid={rid}',
    methodFilter: '$iothub/methods/POST/#',
    methodResponse: '$iothub/methods/res/{status}/?$rid={rid}',
  },
};

type Filled = Exclude<keyof TopicTemplates, 'inputFilter' | 'methodFilter'>;

/** Names that a template must contain to be of use. */
const NEEDED: Partial<Record<Filled, string[]>> = {
  state: ['camera', 'state'],
  picture: ['camera'],
  input: ['input'],
  inputForPipeline: ['input', 'pipeline'],
  method: ['method', 'rid'],
  methodResponse: ['rid'],
};

const ALLOWED: Record<Filled, string[]> = {
  output: ['output', 'pipeline', 'properties'],
  event: ['pipeline', 'event'],
  state: ['camera', 'state'],
  availability: [],
  picture: ['camera'],
  input: ['input', 'properties'],
  inputForPipeline: ['input', 'pipeline', 'properties'],
  method: ['method', 'rid', 'properties'],
  methodResponse: ['method', 'rid', 'status'],
};

/** `TopicTemplateInvalid`. */
export class TopicError extends SluiceError {
  /** Dotted name of the setting. */
  readonly setting: string;
  /** The end of a sentence that begins with that name. */
  readonly why: string;

  constructor(name: keyof TopicTemplates, why: string) {
    super('TopicTemplateInvalid', `mqtt.topics.${name} ${why}`, { kind: 'invalid' });
    this.setting = `mqtt.topics.${name}`;
    this.why = why;
  }
}

export type NamedSettings = Pick<HubSettings, 'mqtt' | 'module' | 'device'>;

/** The template as it is configured, or that of the layout; '' for none. */
export const templateText = ({ mqtt }: NamedSettings, name: keyof TopicTemplates): string =>
  mqtt.topics[name] || LAYOUTS[mqtt.layout][name];

/** Undefined if there is no such topic. @throws TopicError */
export const topicTemplate = (settings: NamedSettings, name: Filled): TopicTemplate | undefined => {
  const text = templateText(settings, name);
  if (text === '') return undefined;
  const missing = (NEEDED[name] ?? []).find((needed) => !placeholdersOf(text).includes(needed));
  if (missing) throw new TopicError(name, `'${text}' must hold {${missing}}`);
  const wrong = badTemplate(text, [...ALLOWED[name], 'module', 'device']);
  if (wrong) throw new TopicError(name, `'${text}' ${wrong}`);
  return new TopicTemplate(text, { module: settings.module, device: settings.device });
};
