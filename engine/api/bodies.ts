import { messageOf, SluiceError } from '../core/errors.js';

/** Deeper than any topology, and shallow enough that no recursion over a body overflows the stack. */
const MAX_DEPTH = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true });

const refuse = (code: string, message: string): SluiceError => new SluiceError(code, message, { kind: 'invalid' });

/**
 * Reads a body as JSON; an empty body is undefined.
 *
 * @throws SluiceError of kind `invalid`: `BodyNotUtf8`, `BodyNotJson`, `BodyTooDeep`, `BodyForbiddenKey`
 */
export const parseJsonBody = (body: Uint8Array): unknown => {
  if (body.length === 0) return undefined;
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw refuse('BodyNotUtf8', 'the body is not UTF-8');
  }
  return parseJson(text);
};

/** As `parseJsonBody`, for a string. */
const parseJson = (text: string): unknown => {
  if (depthOf(text) > MAX_DEPTH) throw refuse('BodyTooDeep', `the body is nested deeper than ${MAX_DEPTH} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse('BodyNotJson', `the body is not JSON: ${messageOf(error)}`);
  }
  // A body can only have the key if its text has the name, or an escape that could hide it.
  if (/__proto__|\\u/i.test(text) && hasProtoKey(value)) {
    throw refuse('BodyForbiddenKey', 'the body has a key __proto__');
  }
  return value;
};

/**
 * Counts brackets outside of strings. The result is meaningless for what is not JSON, which the parser refuses next.
 */
const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return deepest;
};

const hasProtoKey = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasProtoKey);
  return Object.entries(value).some(([key, inner]) => key === '__proto__' || hasProtoKey(inner));
};
