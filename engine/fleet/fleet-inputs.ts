import type { InputResult, InputRouter, InputTarget } from '../core/ports.js';
import type { Fleet } from './fleet.js';

/** Messages for IotHubMessageSource nodes, whichever engines have them. */
export const fleetInputs = (fleet: Fleet): InputRouter => ({
  async deliver(input: string, message: unknown, target: InputTarget = {}): Promise<InputResult> {
    const { pipeline } = target;
    if (pipeline !== undefined) return await fleet.ofPipeline(pipeline).ask('deliver', input, message, target);
    const results = await fleet.askAll('deliver', input, message, target);
    return {
      delivered: results.reduce((sum, { delivered }) => sum + delivered, 0),
      eventIds: results.flatMap(({ eventIds }) => eventIds),
    };
  },
});
