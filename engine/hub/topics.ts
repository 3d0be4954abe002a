import { type NamedSettings, TopicError, templateText, topicTemplate } from './topic-layouts.js';
import { encodeLevel, placeholdersOf, type TopicTemplate } from './topic-template.js';

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

/** The last part of an event's type: `RecordingStarted`, `scene.tampered`. */
const SHORT_TYPE = /^.*?\.(?:Analytics|Operational|Diagnostics)\./;

/** Every topic for events, messages and methods. */
export class Topics {
  readonly inputFilter: string;
  readonly methodFilter: string;
  /** The envelope is part of the topic. */
  readonly outputCarriesProperties: boolean;
  /** The status is part of the topic, so that the payload is the method's alone. */
  readonly responseCarriesStatus: boolean;
  readonly #output: TopicTemplate;
  readonly #event: TopicTemplate | undefined;
  readonly #inputs: TopicTemplate[];
  readonly #method: TopicTemplate;
  readonly #response: TopicTemplate;

  /** @throws TopicError */
  constructor(settings: NamedSettings) {
    const { module, device } = settings;
    const fixed = { module, device };
    const compile = (name: 'output' | 'input' | 'method' | 'methodResponse'): TopicTemplate => {
      const template = topicTemplate(settings, name);
      if (!template) throw new TopicError(name, 'must not be empty');
      return template;
    };
    const filter = (name: 'inputFilter' | 'methodFilter'): string => {
      const text = templateText(settings, name);
      const other = placeholdersOf(text).find((each) => !Object.hasOwn(fixed, each));
      if (other) throw new TopicError(name, `'${text}' must have + or # in place of {${other}}`);
      return text.replace(/\{(module|device)\}/g, (_, each: 'module' | 'device') => encodeLevel(fixed[each]));
    };
    this.#output = compile('output');
    this.#event = topicTemplate(settings, 'event');
    const forPipeline = topicTemplate(settings, 'inputForPipeline');
    this.#inputs = [...(forPipeline ? [forPipeline] : []), compile('input')];
    this.#method = compile('method');
    this.#response = compile('methodResponse');
    this.inputFilter = filter('inputFilter');
    this.methodFilter = filter('methodFilter');
    this.outputCarriesProperties = placeholdersOf(templateText(settings, 'output')).includes('properties');
    this.responseCarriesStatus = placeholdersOf(templateText(settings, 'methodResponse')).includes('status');
  }

  output(output: string, pipeline: string | undefined, properties: string): string {
    return this.#output.fill({ output, pipeline: pipeline ?? '_', properties });
  }

  /** Of a whole event; undefined if the layout has no such topic. */
  event(pipeline: string | undefined, eventType: string): string | undefined {
    return this.#event?.fill({ pipeline: pipeline ?? '_', event: eventType.replace(SHORT_TYPE, '') });
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
