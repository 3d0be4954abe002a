import type { MethodResult } from '../core/method-result.js';
import { ControlError } from './errors.js';

export interface Page<T> {
  value: T[];
  '@continuationToken'?: string;
}

/** An item of a list. */
export interface Listed<T> {
  readonly name: string;
  readonly json: Buffer;
  /** The item itself, as a new object. */
  read(): T;
}

export interface PageLimits {
  items: number;
  /** Of JSON. The item that exceeds it is still included, so that a page is never empty. */
  bytes: number;
}

/** Large enough that lists of usual size come in one page. */
export const DEFAULT_PAGE: PageLimits = { items: 1000, bytes: 4 * 1024 * 1024 };

const PREFIX = 'after:';
const OPEN = Buffer.from('{"value":[');
const COMMA = Buffer.from(',');

export const listed = <T extends { name: string }>(resource: T): Listed<T> => ({
  name: resource.name,
  json: Buffer.from(JSON.stringify(resource)),
  read: () => resource,
});

/**
 * The page that `token` asks for, of a list sorted by name. Tokens stay valid when the list changes between pages.
 * @throws ControlError 400 `InvalidContinuationToken`
 */
export const pageOf = <T>(list: readonly Listed<T>[], token: unknown, limits: PageLimits): MethodResult => {
  const after = token === undefined || token === null ? undefined : decode(token);
  const start = after === undefined ? 0 : list.findIndex(({ name }) => name > after);
  const items: Listed<T>[] = [];
  let bytes = 0;
  let next: { '@continuationToken'?: string } = {};
  for (const item of start < 0 ? [] : list.slice(start)) {
    if (items.length >= limits.items || bytes >= limits.bytes) {
      next = { '@continuationToken': encode(items.at(-1)!.name) };
      break;
    }
    bytes += item.json.length;
    items.push(item);
  }
  const result: MethodResult = {
    status: 200,
    get payload(): Page<T> {
      return { value: items.map((item) => item.read()), ...next };
    },
  };
  // Not enumerable: a copy or dump of the result should show status and payload only.
  return Object.defineProperty(result, 'json', { get: () => pageJson(items, next), enumerable: false });
};

const pageJson = (items: readonly Listed<unknown>[], next: object): Buffer => {
  const parts = items.flatMap(({ json }, index) => (index === 0 ? [json] : [COMMA, json]));
  const rest = JSON.stringify(next).slice(1);
  return Buffer.concat([OPEN, ...parts, Buffer.from(rest === '}' ? ']}' : `],${rest}`)]);
};

const encode = (name: string): string => Buffer.from(`${PREFIX}${name}`).toString('base64url');

const decode = (token: unknown): string => {
  const text = typeof token === 'string' && token.length <= 1024 ? Buffer.from(token, 'base64url').toString() : '';
  if (!text.startsWith(PREFIX)) {
    throw new ControlError(400, 'InvalidContinuationToken', "the '@continuationToken' did not come from this list");
  }
  return text.slice(PREFIX.length);
};
