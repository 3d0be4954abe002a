import type { FakeAnswer, FakeRequest, FakeRtspOptions } from './fake-rtsp-server.js';

export interface StrictSession {
  answers: NonNullable<FakeRtspOptions['answers']>;
  /** How often time ran out. */
  readonly expired: number;
  end(): void;
}

const METHODS = ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'GET_PARAMETER', 'SET_PARAMETER'] as const;

/**
 * A camera that ends its session when no request has come for so long that it answers with success. Neither media nor
 * reports count.
 *
 * @param refused the status for a method that it does not take; `hang`: no answer
 * @param cut called when time is over
 */
export const strictSession = (
  seconds: number,
  refused: Readonly<Record<string, number | 'hang'>>,
  cut: () => void,
): StrictSession => {
  let expired = 0;
  let timer: NodeJS.Timeout | undefined;
  const hold = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      expired++;
      cut();
    }, seconds * 1000);
  };
  const answer = ({ method, headers }: FakeRequest): FakeAnswer => {
    const refusal = refused[method];
    if (refusal === 'hang') return { kind: 'hang' };
    if (refusal !== undefined) return { kind: 'status', status: refusal };
    if (method === 'SETUP') {
      const transport = `RTP/AVP/TCP;unicast;interleaved=${/interleaved=([\d-]+)/.exec(headers['transport'] ?? '')?.[1]}`;
      return { kind: 'status', status: 200, headers: { Session: `1234;timeout=${seconds}`, Transport: transport } };
    }
    if (method !== 'DESCRIBE') hold();
    return { kind: 'usual' };
  };
  return {
    answers: Object.fromEntries(METHODS.map((method) => [method, answer])),
    get expired() {
      return expired;
    },
    end: () => clearTimeout(timer),
  };
};
