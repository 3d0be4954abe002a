import { DEFAULT_PAGE, failureResult, listed, pageOf } from '../control/index.js';
import type { MethodResult } from '../core/method-result.js';
import type { MethodInvoker } from '../core/ports.js';
import type { Fleet } from './fleet.js';
import type { SentResult } from './messages.js';
import { METHOD_RULES, type RuledMethod, ruledMethod } from './method-rules.js';
import { SharedDefinitions } from './shared-definitions.js';

/** AVA's direct methods, where several engines have what they are about. */
export class FleetMethods implements MethodInvoker {
  readonly #fleet: Fleet;
  readonly #shared: SharedDefinitions;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#shared = new SharedDefinitions(fleet);
  }

  async invoke(method: string, payload: unknown): Promise<MethodResult> {
    try {
      const known = ruledMethod(String(method));
      // The engine says what is wrong with a method that does not exist.
      if (known === undefined) return resultOf(await this.#fleet.any.ask('invoke', method, payload));
      return await this.#invoke(known, payload);
    } catch (error) {
      return failureResult(error);
    }
  }

  async #invoke(method: RuledMethod, payload: unknown): Promise<MethodResult> {
    const name = nameIn(payload);
    switch (METHOD_RULES[method]) {
      case 'all':
        return resultOf(await this.#shared.change(method, payload, name));
      case 'any':
        return resultOf(await this.#fleet.any.ask('invoke', method, payload));
      case 'list':
        return await this.#list(method, payload);
      case 'place':
        // One after the other: two new ones for the same video must find each other.
        return resultOf(await this.#fleet.inTurn(() => this.#set(method, payload, name)));
      case 'owner':
        return resultOf(await this.#ofOwner(method, payload, name));
    }
  }

  async #set(method: RuledMethod, payload: unknown, name: string): Promise<SentResult> {
    const { engine, uses } = await this.#fleet.place(name, payload);
    const result = await engine.ask('invoke', method, payload);
    if (result.status < 300 && uses) this.#fleet.owners.put(name, engine.engine, uses);
    return result;
  }

  async #ofOwner(method: RuledMethod, payload: unknown, name: string): Promise<SentResult> {
    const { owners } = this.#fleet;
    const uses = owners.usesOf(name);
    // Its topology may have changed since it was set.
    if (method === 'livePipelineActivate' && uses) owners.placeOf(name, uses);
    const result = await this.#fleet.ofPipeline(name).ask('invoke', method, payload);
    if (method === 'livePipelineDelete' && result.status < 300) owners.remove(name);
    return result;
  }

  /** All pages of all engines become the pages of one list. */
  async #list(method: RuledMethod, payload: unknown): Promise<MethodResult> {
    const token = valueIn(payload, '@continuationToken');
    const lists = await Promise.all(
      this.#fleet.engines.map(async (engine) => {
        const resources: Array<{ name: string }> = [];
        let page: { value?: Array<{ name: string }>; '@continuationToken'?: string } = {};
        do {
          const more = page['@continuationToken'];
          const asked = { ...asObject(payload), '@continuationToken': more ?? token };
          const result = resultOf(await engine.ask('invoke', method, asked));
          if (result.status !== 200) return result;
          page = result.payload as typeof page;
          resources.push(...(page.value ?? []));
        } while (page['@continuationToken'] !== undefined);
        return resources;
      }),
    );
    const refused = lists.find((list): list is MethodResult => !Array.isArray(list));
    if (refused) return refused;
    const all = (lists as Array<Array<{ name: string }>>).flat().sort((a, b) => (a.name < b.name ? -1 : 1));
    return pageOf(all.map(listed), token, DEFAULT_PAGE);
  }
}

/** The result with its JSON; the payload is made of it only if somebody reads that. */
const resultOf = ({ status, json }: SentResult): MethodResult => {
  if (json === undefined) return { status, payload: undefined };
  const result = {
    status,
    get payload(): unknown {
      return JSON.parse(json);
    },
  };
  return Object.defineProperty(result, 'json', { value: Buffer.from(json), enumerable: false });
};

const asObject = (payload: unknown): object => (typeof payload === 'object' && payload !== null ? payload : {});

/** A property of the payload, whatever the case of its key, as the engines read it. */
const valueIn = (payload: unknown, name: string): unknown => {
  const found = Object.entries(asObject(payload)).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1];
};

/** Empty for a payload without a name, which every engine refuses. */
const nameIn = (payload: unknown): string => {
  const name = valueIn(payload, 'name');
  return typeof name === 'string' ? name : '';
};
