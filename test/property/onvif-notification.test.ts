import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OnvifError } from '../../engine/onvif/errors.js';
import { type PullResult, readPull } from '../../engine/onvif/notification.js';
import { responseIn } from '../../engine/onvif/soap-answer.js';
import { parseXml } from '../../engine/onvif/xml-parse.js';
import type { XmlElement } from '../../engine/onvif/xml-tree.js';
import { escapeXml, excerptOf } from '../../engine/onvif/xml-write.js';
import { envelope, notification } from '../kit/fake-onvif-device.js';

const sample = envelope(
  `<tev:PullMessagesResponse><tev:CurrentTime>2026-01-02T03:04:05Z</tev:CurrentTime>${[1, 2, 3]
    .map((n) =>
      notification({
        topic: 'tns1:RuleEngine/CellMotionDetector/Motion',
        source: `S=${n}`,
        item: 'IsMotion',
        value: 'true',
        operation: 'Changed',
        at: new Date(1767323045000),
      }),
    )
    .join('')}</tev:PullMessagesResponse>`,
);

/** As a device's answer goes through the engine; undefined: it is refused. */
const read = (xml: string): PullResult | undefined => {
  try {
    return readPull(responseIn({ status: 200, xml }, 'PullMessagesResponse'));
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(OnvifError);
    return undefined;
  }
};

describe('what a device answers', () => {
  it('is read', () => {
    expect(read(sample)).toMatchObject({ malformed: 0, currentTime: 1767323045000_000 });
    expect(read(sample)!.notices[1]).toEqual({
      topic: 'RuleEngine/CellMotionDetector/Motion',
      source: 'S=2,Rule=MyRule',
      operation: 'Changed',
      state: true,
      utc: 1767323045000_000,
    });
  });

  it('is read or refused, however it is broken', () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<',
      '>',
      '&',
      '"',
      '&lt;',
      '&#0;',
      '<![CDATA[',
      ']]>',
      '<tt:Data>',
      '<!DOCTYPE a>',
      '<s:Fault><s:Code/></s:Fault>',
      'xmlns',
      'xmlns:tt=""',
      '\u0000',
    );
    const broken = fc
      .array(fc.tuple(fc.nat(sample.length), fc.nat(60), fc.oneof(pieces, fc.string({ maxLength: 8 }))), {
        maxLength: 4,
      })
      .map((cuts) => cuts.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), sample));
    fc.assert(
      fc.property(broken, (xml) => {
        for (const notice of read(xml)?.notices ?? []) expect([true, false, undefined]).toContain(notice.state);
      }),
      { numRuns: 1000 },
    );
  });

  it('is read as notifications whatever its elements are', () => {
    const names = fc.constantFrom(
      'CurrentTime',
      'TerminationTime',
      'NotificationMessage',
      'Topic',
      'Message',
      'Source',
      'Data',
      'SimpleItem',
      'ElementItem',
      '__proto__',
    );
    const attributes = fc.dictionary(
      fc.constantFrom('Name', 'Value', 'UtcTime', 'PropertyOperation', '__proto__'),
      fc.oneof(fc.string(), fc.constantFrom('IsMotion', 'true', 'Deleted', '2026-01-02T03:04:05Z')),
      { maxKeys: 3 },
    );
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        fc.string().map(escapeXml),
        fc.tuple(names, attributes, fc.array(tie('node'), { maxLength: 4 })).map(([name, given, inside]) => {
          const written = Object.entries(given).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
          return `<${name}${written.join('')}>${inside.join('')}</${name}>`;
        }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (inside) => {
        for (const { topic, source } of readPull(parseXml(`<r>${inside.join('')}</r>`)).notices) {
          expect(topic).not.toBe('');
          expect(source.length).toBeLessThanOrEqual(256);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('goes back as it came, where a device wants it back', () => {
    const shape = ({ name, content }: XmlElement): unknown => [
      name,
      content.map((each) => (typeof each === 'string' ? each : shape(each))),
    ];
    const text = fc.string({ minLength: 1, unit: 'binary' });
    fc.assert(
      fc.property(text, text, fc.constantFrom('', 'p:', 'q:'), (words, value, prefix) => {
        const xml = `<r xmlns="urn:r" xmlns:p="urn:p" xmlns:q="urn:q"><${prefix}a b="${escapeXml(value)}">x<p:c>${escapeXml(words)}</p:c></${prefix}a></r>`;
        const element = parseXml(xml).content[0] as XmlElement;
        const again = parseXml(excerptOf(element, 100_000)!);
        expect([shape(again), again.attributes]).toEqual([shape(element), element.attributes]);
      }),
    );
  });
});
