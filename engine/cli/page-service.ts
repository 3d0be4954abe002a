import { SluiceError } from '../core/errors.js';
import type { Engine } from '../engine.js';
import { type Service, startService } from '../service.js';

export interface PageService {
  service: Service;
  /** Another program has the usual port, so a free one was taken. */
  moved: boolean;
}

/**
 * Serves the page. Where nobody has asked for a particular address and the usual port is taken, a free one will do.
 *
 * @throws SluiceError as `startService`
 */
export async function startPageService(engine: Engine, isAsked: boolean): Promise<PageService> {
  const { config } = engine;
  const { address } = config.http;
  try {
    return { service: await startService(engine), moved: false };
  } catch (error) {
    const isTaken = error instanceof SluiceError && error.code === 'AddressInUse';
    if (!isTaken || isAsked || address?.kind !== 'tcp') throw error;
    const free = { ...config, http: { ...config.http, address: { ...address, port: 0 } } };
    return { service: await startService(engine, free), moved: true };
  }
}
