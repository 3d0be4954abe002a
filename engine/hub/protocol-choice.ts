import type { LinkEnd } from './link.js';
import type { BrokerSettings } from './types.js';

/**
 * Which MQTT version the next attempt uses. A broker that does not support 5 either says so or closes the connection. A
 * broker that is being killed closes connections, too; so that counts only if it happens twice, and only if this broker
 * has never accepted 5.
 */
export class ProtocolChoice {
  #version: 5 | 4;
  readonly #free: boolean;
  #speaks5 = false;
  #saidNo = false;
  #doubts = 0;

  constructor(protocol: BrokerSettings['protocol']) {
    this.#free = protocol === 'auto';
    this.#version = protocol === '3.1.1' ? 4 : 5;
  }

  get version(): 5 | 4 {
    return this.#version;
  }

  opened(): void {
    this.#doubts = 0;
    if (this.#version === 5) this.#speaks5 = true;
  }

  closed(doubt: LinkEnd['versionDoubt'], wasConnected: boolean): void {
    if (!this.#free || this.#speaks5) return;
    if (this.#version === 4) {
      if (this.#saidNo || (!wasConnected && doubt === 'none')) return;
      this.#version = 5;
      // 3.1.1 worked last, so one more closed connection is enough to go back to it.
      this.#doubts = wasConnected ? 1 : 0;
      return;
    }
    if (doubt === 'maybe') this.#doubts++;
    if (doubt === 'certain') this.#saidNo = true;
    if (this.#saidNo || this.#doubts >= 2) this.#version = 4;
  }
}
