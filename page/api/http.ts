/** Every request of the page goes through here. */

/** A refusal of the engine, or `Unreachable` with status 0 where no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export const pathOf = (path: string, query: Query = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
};

/** Told of every answer: whether the engine can be reached, and whether it knows who asks. */
export interface Listener {
  onAnswer(): void;
  onUnreachable(): void;
  onSignedOut(): void;
}

let listener: Listener = { onAnswer: () => {}, onUnreachable: () => {}, onSignedOut: () => {} };

export const listenToAnswers = (to: Listener): void => {
  listener = to;
};

/** @throws ApiError */
export const send = async (method: string, path: string, options: RequestInit = {}): Promise<Response> => {
  let response: Response;
  try {
    response = await fetch(path, { ...options, method, credentials: 'same-origin', redirect: 'error' });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    listener.onUnreachable();
    throw new ApiError(0, 'Unreachable', 'The engine does not answer.');
  }
  listener.onAnswer();
  if (response.ok) return response;
  if (response.status === 401) listener.onSignedOut();
  throw await errorOf(response);
};

/** @throws ApiError */
export const getJson = async <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  (await (await send('GET', pathOf(path, query), signal ? { signal } : {})).json()) as T;

/** @throws ApiError */
export const getBytes = async (path: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await send('GET', path, signal ? { signal } : {})).arrayBuffer());

/** @throws ApiError */
export const postJson = async <T>(path: string, body: unknown): Promise<T> => {
  const headers = { 'content-type': 'application/json' };
  const response = await send('POST', path, { headers, body: JSON.stringify(body) });
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
};

/** The address of a WebSocket of the engine. */
export const socketUrl = (path: string, query?: Query): string => {
  const url = new URL(pathOf(path, query), location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};

interface ErrorBody {
  error?: {
    code?: string;
    message?: string;
    details?: { code?: string; message?: string }[];
    innererror?: { code?: string };
  };
}

const errorOf = async (response: Response): Promise<ApiError> => {
  const { status } = response;
  let body: ErrorBody = {};
  try {
    body = (await response.json()) as ErrorBody;
  } catch {
    // Not from the engine: a proxy in front of it, perhaps.
  }
  const { error } = body;
  const detail = error?.details?.[0];
  const code = error?.innererror?.code ?? detail?.code ?? error?.code ?? `Http${status}`;
  return new ApiError(status, code, detail?.message ?? error?.message ?? `The engine answered with ${status}.`);
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether the engine has no such route or thing. */
export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
