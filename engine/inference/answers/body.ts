import { messageOf } from '../../core/errors.js';
import { printable } from '../../onvif/device-text.js';
import type { Answer } from '../types.js';
import { opaque } from './opaque.js';
import { isNestedDeeply, NOTHING_FOUND, readAnswer } from './read-answer.js';

/** What a server has sent, read. `why` continues a sentence that begins with "the answer". */
export type BodyReading =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'tooLarge'; readonly why: string }
  | { readonly kind: 'bad'; readonly why: string };

/** What is no JSON travels inside an event, a third larger, and AVA's hub took 256 KiB with the event around it. */
const MOST_OPAQUE_BYTES = 128 * 1024;

const NAMED_JSON = /^\s{0,9}[\w.+-]{1,80}\/(?:[\w.+-]{1,80}\+)?json\s{0,9}(?:;|$)/i;

/**
 * Reads the body of an answer. The content type is believed where it says JSON; but JSON also comes as `text/html`, since
 * that is what some frameworks say when nobody tells them otherwise.
 */
export const readBody = (bytes: Buffer, contentType: string | undefined): BodyReading => {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const first = firstCharacter(text);
  if (first === undefined) return { kind: 'answer', answer: NOTHING_FOUND };
  const named = contentType !== undefined && NAMED_JSON.test(contentType);
  if (named || first === '{' || first === '[') {
    try {
      const json: unknown = JSON.parse(text);
      if (isNestedDeeply(json)) return { kind: 'bad', why: 'is JSON nested too deeply' };
      return { kind: 'answer', answer: readAnswer(json) };
    } catch (thrown) {
      if (named) return { kind: 'bad', why: `is no valid JSON (${printable(messageOf(thrown), 120)})` };
    }
  }
  if (bytes.length > MOST_OPAQUE_BYTES) {
    return { kind: 'tooLarge', why: `is no JSON and ${bytes.length} bytes long, more than ${MOST_OPAQUE_BYTES}` };
  }
  return { kind: 'answer', answer: { inferences: [opaque(bytes, contentType || 'application/octet-stream')] } };
};

/** That is not blank. */
const firstCharacter = (text: string): string | undefined => {
  for (let at = 0; at < text.length; at++) if (!' \t\r\n'.includes(text[at]!)) return text[at];
  return undefined;
};
