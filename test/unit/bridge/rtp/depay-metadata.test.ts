import { describe, expect, it } from 'vitest';
import { MAX_DOCUMENT, MetadataDepayloader } from '../../../../bridge/rtp/depay-metadata.js';

const document = (text: string, prefix = 'tt:'): string => `<${prefix}MetadataStream>${text}</${prefix}MetadataStream>`;

/** What comes of payloads; `|` at the end of one is its marker, `!` in front of one a gap. */
const documentsOf = (...payloads: string[]): string[] => {
  const documents: string[] = [];
  const depayloader = new MetadataDepayloader((bytes) => documents.push(bytes.toString()));
  for (const each of payloads) {
    const gap = each.startsWith('!');
    const marker = each.endsWith('|');
    depayloader.push(Buffer.from(each.slice(gap ? 1 : 0, marker ? -1 : undefined)), marker, gap);
  }
  return documents;
};

const A = document('A');
const B = `<?xml version="1.0"?>\n${document('B', '')}`;

describe('documents of metadata', () => {
  it('end with the marker, in one packet or in several', () => {
    expect(documentsOf(`!${A}|`, `${B}|`)).toEqual([A, B]);
    expect(documentsOf(`!${B.slice(0, 12)}`, B.slice(12, 30), `${B.slice(30)}|`, `${A}|`)).toEqual([B, A]);
    expect(documentsOf('!<tt:MetadataStream>cut|', `${A}|`)).toEqual(['<tt:MetadataStream>cut', A]);
  });

  it('come together where one packet holds several, or the end of one and another', () => {
    expect(documentsOf(`!${A}${B}|`)).toEqual([`${A}${B}`]);
    expect(documentsOf(`!${A.slice(0, 25)}`, `${A.slice(25)}${B.slice(0, 12)}`, `${B.slice(12)}|`)).toEqual([
      `${A}${B}`,
    ]);
  });

  it('end without a marker too: with their last tag, wherever it is cut, or where another begins', () => {
    expect(documentsOf(`!${A}`, `${A.slice(0, -4)}`, A.slice(-4))).toEqual([A, A]);
    expect(documentsOf(`!${A}\r\n\0`, `\ufeff${B}`)).toEqual([`${A}\r\n\0`, `\ufeff${B}`]);
    expect(documentsOf(`!${A}<!-- c -->`, A)).toEqual([`${A}<!-- c -->`, A]);
  });

  it('are passed over where a packet is missing, and only those', () => {
    expect(documentsOf(`!${A.slice(0, 10)}`, `!${A.slice(15)}|`, `${B}|`)).toEqual([B]);
    expect(documentsOf(`!${A.slice(0, 10)}`, `!${B}|`, `${A}|`)).toEqual([B, A]);
    // Whoever joins in the middle has nothing of the document that is under way.
    expect(documentsOf(`!${A.slice(5)}|`, `${A}|`)).toEqual([A]);
    expect(documentsOf(`!${A.slice(5)}`, `${A}|`)).toEqual([A]);
  });

  it('are passed over when they are too long, and held in bounded memory', () => {
    const most = document('x'.repeat(MAX_DOCUMENT - document('').length));
    expect(most.length).toBe(MAX_DOCUMENT);
    const inPieces = (text: string): string[] => text.match(/[\s\S]{1,60000}/g) ?? [];
    expect(documentsOf(...inPieces(`!${most}|`)).map((each) => each.length)).toEqual([MAX_DOCUMENT]);
    const tooMuch = document('x'.repeat(MAX_DOCUMENT));
    expect(documentsOf(...inPieces(`!${tooMuch}|`), `${A}|`)).toEqual([A]);
    expect(documentsOf(...inPieces(`!${tooMuch}`), A)).toEqual([A]);
  });
});
