import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linerase, parseSOAPString } from '../../engine/onvif/library.js';
import { readPull } from '../../engine/onvif/notification.js';
import { xmlDanger } from '../../engine/onvif/xml-guard.js';
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

/** As a device's answer goes through the engine. */
const read = (xml: string): ReturnType<typeof readPull> | undefined => {
  if (xmlDanger(xml)) return undefined;
  let result: ReturnType<typeof readPull> | undefined;
  parseSOAPString(
    xml,
    (error, data) => {
      if (!error) result = readPull((linerase(data) as Record<string, unknown>)['pullMessagesResponse']);
    },
    200,
  );
  return result;
};

describe('what a device answers', () => {
  it('is read', () => {
    expect(read(sample)).toMatchObject({ malformed: 0, currentTime: 1767323045000 });
    expect(read(sample)!.notices[1]).toEqual({
      topic: 'RuleEngine/CellMotionDetector/Motion',
      source: 'S=2,Rule=MyRule',
      operation: 'Changed',
      state: true,
      utc: 1767323045000_000,
    });
  });

  it('never throws out of the reader, however it is broken', () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<',
      '>',
      '&',
      '"',
      '&lt;',
      '<![CDATA[',
      ']]>',
      '<tt:Data>',
      'xmlns',
      '\u0000',
    );
    const broken = fc
      .array(fc.tuple(fc.nat(sample.length), fc.nat(60), fc.oneof(pieces, fc.string({ maxLength: 8 }))), {
        maxLength: 4,
      })
      .map((cuts) => cuts.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), sample));
    fc.assert(
      fc.property(broken, (xml) => {
        let result: ReturnType<typeof readPull> | undefined;
        try {
          result = read(xml);
        } catch (thrown) {
          // The library throws at some; whoever calls it there is prepared (OnvifDevice). Reading itself must not.
          expect(String((thrown as Error).stack)).not.toContain('notification.ts');
        }
        for (const notice of result?.notices ?? []) expect([true, false, undefined]).toContain(notice.state);
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws whatever the parser makes of it', () => {
    const keys = fc.constantFrom(
      'notificationMessage',
      'topic',
      '_',
      '$',
      'message',
      'source',
      'data',
      'simpleItem',
      'Name',
      'Value',
      'UtcTime',
      'currentTime',
      '__proto__',
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        fc.anything({ maxDepth: 1 }),
        fc.dictionary(keys, tie('node'), { maxKeys: 4 }),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (data) => void readPull(data)),
      { numRuns: 1000 },
    );
  });

  it('is weighed in time linear in its length', () => {
    // Were it not, this would take minutes.
    for (const unit of ['xmlns', 'xmlns=', '<', '<a ', '<!-', '<a>', '&', 'xmlns:a=', '>']) {
      for (const end of ['', '>', '=']) xmlDanger(unit.repeat(500_000 / unit.length) + end);
    }
  });
});
