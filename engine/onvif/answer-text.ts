import { TextDecoder } from 'node:util';
import { printable } from './device-text.js';
import { refused } from './errors.js';
import { rootPart } from './multipart.js';

/**
 * The characters of an answer: its first part if it has parts, read as a byte order mark, the content type or the XML
 * declaration say, or else as UTF-8.
 *
 * @throws OnvifError `OnvifBadAnswer` for what cannot be read
 */
export const answerText = (bytes: Buffer, contentType: string | undefined): string => {
  const { type, parameters } = parseContentType(contentType ?? '');
  if (!type.startsWith('multipart/')) return decode(bytes, parameters.get('charset'));
  const part = rootPart(bytes, parameters.get('boundary'), parameters.get('start'));
  return decode(part.body, parseContentType(part.contentType).parameters.get('charset'));
};

const PARAMETER = /;\s*([\w-]{1,64})\s{0,9}=\s{0,9}(?:"([^"]*)"|([^;\s"]*))/g;

const parseContentType = (header: string): { type: string; parameters: ReadonlyMap<string, string> } => ({
  type: header.split(';', 1)[0]!.trim().toLowerCase(),
  parameters: new Map(
    [...header.matchAll(PARAMETER)].map((match) => [match[1]!.toLowerCase(), match[2] ?? match[3] ?? '']),
  ),
});

const decode = (bytes: Buffer, charset: string | undefined): string => {
  const label = byteOrderMark(bytes) ?? (charset || declaredEncoding(bytes)) ?? 'utf-8';
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label);
  } catch {
    throw refused(`is written in ${printable(label, 40)}, which cannot be read`);
  }
  return decoder.decode(bytes);
};

const byteOrderMark = (bytes: Buffer): string | undefined => {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
};

const declaredEncoding = (bytes: Buffer): string | undefined => {
  const start = bytes.subarray(0, 200).toString('latin1');
  const label = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/i.exec(start)?.[1];
  // Whoever could be read up to here does not write UTF-16, whatever it says.
  return label?.toLowerCase().startsWith('utf-16') ? undefined : label;
};
