import { SluiceError } from '../core/errors.js';
import { badTemplate, encodeLevel, placeholdersOf, TopicTemplate } from './topic-template.js';
import type { BrokerSettings, HubSettings, TopicTemplates } from './types.js';

const LAYOUTS: Record<BrokerSettings['layout'], TopicTemplates> = {
  sluice: {
    output: 'sluice/{module}/outputs/{output}',
    input: 'sluice/{module}/inputs/{input}',
    inputForPipeline: 'sluice/{module}/inputs/{input}/{pipeline}',
    inputFilter: 'sluice/{module}/inputs/#',
    method: 'sluice/{module}/methods/{method}/{rid}',
    methodFilter: 'sluice/{module}/methods/+/+',
    methodResponse: 'sluice/{module}/methods/{method}/{rid}/response',
  },
  // The topics of an Azure IoT Edge hub, as its device SDKs use them.
  'azure-iot-edge': {
    output: 'devices/{device}/modules/{module}/messages/events/{properties}',
    input: 'devices/{device}/modules/{module}/inputs/{input}/{properties}',
    inputForPipeline: '',
    inputFilter: 'devices/{device}/modules/{module}/inputs/#',
    method: '$iothub/methods/POST/{method}/?$rid={rid}',
    methodFilter: '$iothub/methods/POST/#',
    methodResponse: '$iothub/methods/res/{status}/?$rid={rid}',
  },
};

/** Names that a template must contain to be of use. */
const NEEDED: Partial<Record<keyof TopicTemplates, string[]>> = {
  input: ['input'],
  inputForPipeline: ['input', 'pipeline'],
  method: ['method', 'rid'],
  methodResponse: ['rid'],
};

const ALLOWED = {
  output: ['output', 'pipeline', 'properties'],
  input: ['input', 'properties'],
  inputForPipeline: ['input', 'pipeline', 'properties'],
  method: ['method', 'rid', 'properties'],
  methodResponse: ['method', 'rid', 'status'],
};

interface ParsedInputTopic {
  input: string;
  pipeline: string | undefined;
  /** From the property bag in the topic. */
  properties: Record<string, string>;
}

export interface ParsedMethodTopic {
  method: string;
  rid: string;
}

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

/** Every topic that the hub publishes or subscribes to. */
export class Topics {
  readonly inputFilter: string;
  readonly methodFilter: string;
  /** The envelope is part of the topic. */
  readonly outputCarriesProperties: boolean;
  /** The status is part of the topic, so that the payload is the method's alone. */
  readonly responseCarriesStatus: boolean;
  readonly #output: TopicTemplate;
  readonly #inputs: TopicTemplate[];
  readonly #method: TopicTemplate;
  readonly #response: TopicTemplate;

  /** @throws TopicError */
  constructor({ mqtt, module, device }: Pick<HubSettings, 'mqtt' | 'module' | 'device'>) {
    const fixed = { module, device };
    const layout = LAYOUTS[mqtt.layout];
    const textOf = (name: keyof TopicTemplates): string => mqtt.topics[name] || layout[name];
    const compile = (name: keyof typeof ALLOWED): TopicTemplate => {
      const text = textOf(name);
      const missing = (NEEDED[name] ?? []).find((needed) => !placeholdersOf(text).includes(needed));
      if (missing) throw new TopicError(name, `'${text}' must hold {${missing}}`);
      const wrong = badTemplate(text, [...ALLOWED[name], 'module', 'device']);
      if (wrong) throw new TopicError(name, `'${text}' ${wrong}`);
      return new TopicTemplate(text, fixed);
    };
    const filter = (name: 'inputFilter' | 'methodFilter'): string => {
      const other = placeholdersOf(textOf(name)).find((each) => !Object.hasOwn(fixed, each));
      if (other) throw new TopicError(name, `'${textOf(name)}' must have + or # in place of {${other}}`);
      return textOf(name).replace(/\{(module|device)\}/g, (_, each: 'module' | 'device') => encodeLevel(fixed[each]));
    };
    this.#output = compile('output');
    this.#inputs = (['inputForPipeline', 'input'] as const).filter((name) => textOf(name) !== '').map(compile);
    this.#method = compile('method');
    this.#response = compile('methodResponse');
    this.inputFilter = filter('inputFilter');
    this.methodFilter = filter('methodFilter');
    this.outputCarriesProperties = placeholdersOf(textOf('output')).includes('properties');
    this.responseCarriesStatus = placeholdersOf(textOf('methodResponse')).includes('status');
  }

  output(output: string, pipeline: string | undefined, properties: string): string {
    return this.#output.fill({ output, pipeline: pipeline ?? '_', properties });
  }

  parseInput(topic: string): ParsedInputTopic | undefined {
    for (const template of this.#inputs) {
      const found = template.match(topic);
      if (!found) continue;
      return { input: found['input']!, pipeline: found['pipeline'], properties: parseBag(found['properties'] ?? '') };
    }
    return undefined;
  }

  parseMethod(topic: string): ParsedMethodTopic | undefined {
    const found = this.#method.match(topic);
    return found && { method: found['method']!, rid: found['rid']! };
  }

  response({ method, rid }: ParsedMethodTopic, status: number): string {
    return this.#response.fill({ method, rid, status: String(status) });
  }
}

/** `a=1&b=2`, URL-encoded: the form of properties in the topics of an Azure hub. */
export const formatBag = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${encodeURIComponent(name).replaceAll('%24', '$')}=${encodeURIComponent(value)}`)
    .join('&');

const parseBag = (bag: string): Record<string, string> => {
  const pairs = new URLSearchParams(bag.replace(/^\?/, ''));
  return Object.fromEntries(pairs);
};
