import { awaited } from '../patience.js';
import { chosen } from '../random.js';
import type { HostRole } from '../stage/engine-process.js';
import { type Fault, nothing } from './fault.js';

/** Long enough for a host to be started. */
const HOST_MS = 15_000;

/** A signal to one of the hosts of a role. */
export const hostFault = (role: HostRole, signal: NodeJS.Signals): Fault => ({
  async inject({ engine }, { target }) {
    const pid = await awaited(() => chosen(engine.hosts(role), target), HOST_MS);
    if (pid === undefined) return undefined;
    process.kill(pid, signal);
    return {
      what: `${signal} to ${role} host ${pid}`,
      undo: signal === 'SIGSTOP' ? () => resume(pid) : nothing,
    };
  },
});

/** It may have been killed and replaced meanwhile. */
const resume = (pid: number): void => {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // gone
  }
};
