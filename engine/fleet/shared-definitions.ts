import type { EngineKeeper } from './engine-keeper.js';
import type { Fleet } from './fleet.js';
import type { Definition, Definitions, SentResult } from './messages.js';
import type { RuledMethod } from './method-rules.js';

const SETS = {
  pipelineTopologySet: { kind: 'topologies', set: 'pipelineTopologySet', remove: 'pipelineTopologyDelete' },
  pipelineTopologyDelete: { kind: 'topologies', set: 'pipelineTopologySet', remove: 'pipelineTopologyDelete' },
  remoteDeviceAdapterSet: { kind: 'adapters', set: 'remoteDeviceAdapterSet', remove: 'remoteDeviceAdapterDelete' },
  remoteDeviceAdapterDelete: { kind: 'adapters', set: 'remoteDeviceAdapterSet', remove: 'remoteDeviceAdapterDelete' },
} as const satisfies Partial<Record<RuledMethod, { kind: keyof Definitions; set: RuledMethod; remove: RuledMethod }>>;

/** Topologies and adapters: every engine has all of them, and the same. */
export class SharedDefinitions {
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /**
   * Changes them on all engines. Each may refuse because of its own live pipelines; those that have taken it then get back
   * what they had. Nothing is changed while an engine is away.
   * @throws SluiceError `EngineAway`
   */
  async change(method: RuledMethod, payload: unknown, name: string): Promise<SentResult> {
    const { kind, set, remove } = SETS[method as keyof typeof SETS];
    return await this.#fleet.inTurn(async () => {
      const before = await this.#fleet.askAll('definitions');
      const changed: EngineKeeper[] = [];
      let first: SentResult | undefined;
      try {
        for (const engine of this.#fleet.engines) {
          const result = await engine.ask('invoke', method, payload);
          if (result.status >= 300) {
            await this.#undo(changed, before, { kind, set, remove, name });
            return result;
          }
          first ??= result;
          changed.push(engine);
        }
      } catch (error) {
        await this.#undo(changed, before, { kind, set, remove, name });
        throw error;
      }
      // A topology says what its live pipelines write to.
      if (kind === 'topologies') await this.#fleet.learn();
      return first!;
    });
  }

  async #undo(
    changed: readonly EngineKeeper[],
    before: readonly Definitions[],
    { kind, set, remove, name }: { kind: keyof Definitions; set: RuledMethod; remove: RuledMethod; name: string },
  ): Promise<void> {
    for (const engine of changed) {
      const had: Definition | undefined = before[engine.engine - 1]?.[kind].find((each) => each.name === name);
      // One that ends meanwhile is compared with the others when it has started again.
      await (had ? engine.ask('invoke', set, had.document) : engine.ask('invoke', remove, { name })).catch(() => {});
    }
  }
}
