import { printable } from './device-text.js';
import { notUnderstood, refused } from './errors.js';

export interface Part {
  contentType: string;
  body: Buffer;
}

const MAX_PARTS = 100;

/**
 * The part of a multipart answer (MTOM, SOAP with attachments) that holds the envelope: the one that `start` names, or
 * the first.
 *
 * @throws OnvifError `OnvifBadAnswer` if there is none
 */
export const rootPart = (bytes: Buffer, boundary: string | undefined, start: string | undefined): Part => {
  if (!boundary) throw notUnderstood('it has several parts and does not say where they begin');
  // One character for each byte, so that nothing is lost on the way.
  const parts = `\n${bytes.toString('latin1')}`.split(`\n--${boundary}`, MAX_PARTS).slice(1).map(partOf);
  const id = start?.trim();
  const part = parts.find((each) => id !== undefined && each?.header('content-id') === id) ?? parts[0];
  if (!part) throw notUnderstood('it should have several parts and has none');
  const encoding = part.header('content-transfer-encoding') ?? '';
  if (/^(?:base64|quoted-printable)$/i.test(encoding)) {
    throw refused(`comes in the transfer encoding ${printable(encoding, 40)}`);
  }
  return { contentType: part.header('content-type') ?? '', body: Buffer.from(part.body, 'latin1') };
};

interface RawPart {
  header(name: string): string | undefined;
  body: string;
}

const partOf = (text: string): RawPart | undefined => {
  // Two dashes stand behind the last boundary, in the place of a part.
  if (text.startsWith('--')) return undefined;
  const emptyLine = /\n\r?\n/.exec(text);
  if (!emptyLine) return undefined;
  const headers = text.slice(0, emptyLine.index).split('\n');
  return {
    header: (name) =>
      headers
        .find((each) => each.toLowerCase().startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim(),
    body: text.slice(emptyLine.index + emptyLine[0].length),
  };
};
