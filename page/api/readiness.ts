import { ApiError, send } from './http.js';

export interface Readiness {
  ready: boolean;
  /** `ok`, or what is wrong, for each part. */
  checks: Readonly<Record<string, string>>;
}

/** @throws ApiError where no answer of the engine came */
export const readReadiness = async (): Promise<Readiness> => {
  // 503 is an answer here.
  const response = await fetch('/readyz', { credentials: 'same-origin' }).catch(() => undefined);
  if (response && (response.ok || response.status === 503)) {
    const body = (await response.json().catch(() => undefined)) as Partial<Readiness> | undefined;
    if (body?.checks) return body as Readiness;
    // Without a session it says no more. The error of an engine that is closing is no such answer.
    if (body?.ready !== undefined)
      throw new ApiError(401, 'Unauthorized', 'Sign in to see what the engine says of itself.');
  }
  throw new ApiError(response?.status ?? 0, 'Unreachable', 'The engine does not answer.');
};

/** Of the metrics, those without labels. @throws ApiError */
export const readMetrics = async (): Promise<ReadonlyMap<string, number>> => {
  const text = await (await send('GET', '/metrics')).text();
  const values = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^([a-z_]+) ([-+.\deE]+)$/gm)) values.set(name!, Number(value));
  return values;
};
