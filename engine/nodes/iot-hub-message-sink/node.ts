import type { EventIntake } from '../links.js';
import type { RunningNode } from '../node-type.js';
import type { IotHubMessageSinkSettings } from './settings.js';

/**
 * Names the hub output for the events of the nodes in front. They publish their events through it, and the hub sends
 * them from the journal, so nothing is left to do with an event that arrives here.
 */
export class IotHubMessageSinkNode implements RunningNode {
  readonly events: EventIntake;

  constructor({ hubOutputName }: IotHubMessageSinkSettings) {
    this.events = { hubOutput: hubOutputName, take: () => {} };
  }

  start(): void {}

  async stop(): Promise<void> {}
}
