import { describe, expect, it } from 'vitest';
import { readMetadata } from '../../../../engine/onvif/metadata-stream.js';
import { metadataDocument, motionNotification, SCENE_DOCUMENT } from '../../../kit/fake-metadata.js';

const read = (text: string) => {
  const { notices, malformed } = readMetadata(Buffer.from(text));
  return { states: notices.map(({ source, state }) => `${source.replace(',Rule=MyRule', '')} ${state}`), malformed };
};
const ONE = metadataDocument(motionNotification('true', 'S=1'));
const TWO = metadataDocument(motionNotification('false', 'S=2'), motionNotification('true', 'S=3'));

describe('the events in metadata', () => {
  it('are those of a pull, with topic, source, operation, state and time', () => {
    expect(readMetadata(Buffer.from(ONE))).toEqual({
      notices: [
        {
          topic: 'RuleEngine/CellMotionDetector/Motion',
          source: 'S=1,Rule=MyRule',
          operation: 'Changed',
          state: true,
          utc: expect.any(Number),
        },
      ],
      malformed: 0,
    });
  });

  it('come in one document or in several, with declarations or without', () => {
    const bare = (document: string): string => document.replace(/^<\?xml[^>]*>\n/, '');
    const expected = { states: ['S=1 true', 'S=2 false', 'S=3 true'], malformed: 0 };
    expect(read(`${ONE}${TWO}`)).toEqual(expected);
    expect(read(`${bare(ONE)}${bare(TWO)}`)).toEqual(expected);
    expect(read(`\ufeff${ONE}\r\n\0${SCENE_DOCUMENT}\n${bare(TWO)} \0`)).toEqual(expected);
  });

  it('come in one element or in several, whatever prefixes there are', () => {
    const events = ONE.replace('</tt:Event>', '</tt:Event><x:Other/><tt:Event/>').replaceAll('tt:', 'q:');
    expect(read(events.replace('xmlns:tt=', 'xmlns:q=')).states).toEqual(['S=1 true']);
  });

  it('are unknown where a notification has no message or one that cannot be read', () => {
    const topic = '<wsnt:Topic>tns1:VideoSource/MotionAlarm</wsnt:Topic>';
    const { notices } = readMetadata(
      Buffer.from(metadataDocument(`<wsnt:NotificationMessage>${topic}</wsnt:NotificationMessage>`)),
    );
    expect(notices).toMatchObject([{ topic: 'VideoSource/MotionAlarm', source: '', state: undefined }]);
  });

  it('that cannot be read do no harm to others, and are counted', () => {
    const broken = ONE.replace('</tt:Event>', '');
    expect(read(`${broken}${TWO}`)).toEqual({ states: ['S=2 false', 'S=3 true'], malformed: 1 });
    expect(read(`${ONE}${TWO.slice(0, 200)}`)).toEqual({ states: ['S=1 true'], malformed: 1 });
    expect(read('<!DOCTYPE a [<!ENTITY b "c">]><tt:MetadataStream/>')).toEqual({ states: [], malformed: 1 });
    expect(read('no XML')).toEqual({ states: [], malformed: 1 });
    expect(read(`<?xml version="1.0" encoding="x-own"?>${ONE}`)).toEqual({ states: [], malformed: 1 });
    expect(read(metadataDocument('<wsnt:NotificationMessage/>'))).toEqual({ states: [], malformed: 1 });
    expect(read(SCENE_DOCUMENT)).toEqual({ states: [], malformed: 0 });
  });

  it('cost little, however they are made', () => {
    const began = performance.now();
    read('</x:MetadataStream'.repeat(14_000));
    read('</MetadataStream>'.repeat(15_000));
    read(`<tt:MetadataStream>${' '.repeat(250_000)}`);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
