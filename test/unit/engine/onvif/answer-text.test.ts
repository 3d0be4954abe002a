import { describe, expect, it } from 'vitest';
import { answerText } from '../../../../engine/onvif/answer-text.js';

const MTOM = 'multipart/related; type="application/xop+xml"; boundary="b-1"; start="<root>"';

const parts = (...each: string[]): Buffer =>
  Buffer.from(`preamble\r\n${each.map((part) => `--b-1\r\n${part}\r\n`).join('')}--b-1--\r\n`, 'latin1');

describe('the characters of an answer', () => {
  it('are UTF-8 if nothing says otherwise, without a byte order mark', () => {
    expect(answerText(Buffer.from('<a>ä€</a>'), undefined)).toBe('<a>ä€</a>');
    expect(answerText(Buffer.from('\ufeff<a>ä</a>'), 'application/soap+xml')).toBe('<a>ä</a>');
  });

  it('are of the charset that the content type or the declaration names', () => {
    const latin = Buffer.from('<a>ä</a>', 'latin1');
    for (const type of ['text/xml; charset=iso-8859-1', 'text/xml;Charset="ISO-8859-1"; action="x"']) {
      expect(answerText(latin, type)).toBe('<a>ä</a>');
    }
    const declared = Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a>ä</a>', 'latin1');
    expect(answerText(declared, 'text/xml')).toMatch(/<a>ä<\/a>$/);
    expect(answerText(Buffer.from('\ufeff<a>ä</a>', 'utf16le'), undefined)).toBe('<a>ä</a>');
    // It says UTF-16, and could not be read up to there if it were.
    const wrong = '<?xml version="1.0" encoding="utf-16"?><a>ä</a>';
    expect(answerText(Buffer.from(wrong), 'text/xml')).toBe(wrong);
  });

  it('are refused in a charset that nobody knows', () => {
    const answer = (): string => answerText(Buffer.from('<a/>'), 'text/xml; charset=x-klingon\u0007');
    expect(answer).toThrow(/refused: it is written in x-klingon, which cannot be read$/);
  });

  it('are those of the part with the envelope', () => {
    const attachment = 'Content-ID: <picture>\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\r\n';
    const root =
      'content-type: application/xop+xml; charset=iso-8859-1\r\nContent-ID: <root>\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<a>\xe4</a>';
    expect(answerText(parts(attachment, root), MTOM).trim()).toBe('<a>ä</a>');
    // Without a name it is the first; headers may be missing, and line breaks short.
    const unnamed = 'multipart/related; boundary=b-1';
    expect(answerText(parts('\r\n<a/>', attachment), unnamed).trim()).toBe('<a/>');
    expect(answerText(Buffer.from('--b-1\nX: y\n\n<a/>\n--b-1--'), unnamed).trim()).toBe('<a/>');
  });

  it('are refused with words if there is no such part', () => {
    const bytes = parts('Content-Type: text/xml\r\n\r\n<a/>');
    expect(() => answerText(bytes, 'multipart/related')).toThrow(/several parts and does not say where they begin$/);
    expect(() => answerText(bytes, 'multipart/related; boundary=other')).toThrow(/several parts and has none$/);
    expect(() => answerText(parts('Content-Transfer-Encoding: base64\r\n\r\nPGEvPg=='), MTOM)).toThrow(
      /refused: it comes in the transfer encoding base64$/,
    );
  });

  it('cost little, however the parts are cut', () => {
    const began = performance.now();
    for (const unit of ['\n--b-1', '--b-1\r\n', '\n', '\r\n\r\n', 'Content-Type:', ';', '; x=']) {
      const bytes = Buffer.from(unit.repeat(1_000_000 / unit.length));
      for (const type of [MTOM, `text/xml${unit.repeat(2_000)}`]) {
        try {
          answerText(bytes, type);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'OnvifBadAnswer' });
        }
      }
    }
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
