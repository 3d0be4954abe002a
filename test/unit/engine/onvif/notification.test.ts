import { describe, expect, it } from 'vitest';
import { type OnvifNotice, type PullResult, readPull } from '../../../../engine/onvif/notification.js';
import { parseXml } from '../../../../engine/onvif/xml-parse.js';

const TOPIC = '<Topic>tns1:RuleEngine/CellMotionDetector/Motion</Topic>';

const pulled = (inside: string): PullResult =>
  readPull(parseXml(`<PullMessagesResponse>${inside}</PullMessagesResponse>`));
const noticesIn = (...notifications: string[]): OnvifNotice[] =>
  pulled(notifications.map((each) => `<NotificationMessage>${each}</NotificationMessage>`).join('')).notices;
const item = (name: string, value: string): string => `<SimpleItem Name="${name}" Value="${value}"/>`;
const message = (source: string, data: string, attributes = ''): string =>
  `<Message><Message ${attributes}><Source>${source}</Source><Data>${data}</Data></Message></Message>`;

const MOTION = { topic: 'RuleEngine/CellMotionDetector/Motion', operation: 'Changed', utc: undefined };

describe('notifications', () => {
  it('tell topic, source, operation, state and time', () => {
    const when = 'UtcTime="2026-01-02T05:04:05+02:00"';
    const read = ['Initialized', 'Changed', 'Deleted'].map((operation) => {
      const words = `${when} PropertyOperation="${operation}"`;
      return noticesIn(
        `${TOPIC}${message(item('Source', '1') + item('Rule', '007'), item('IsMotion', 'true'), words)}`,
      )[0];
    });
    expect(read).toEqual(
      ['Initialized', 'Changed', 'Deleted'].map((operation) => ({
        topic: MOTION.topic,
        source: 'Source=1,Rule=007',
        operation,
        state: true,
        utc: 1_767_323_045_000_000,
      })),
    );
  });

  it('have topics of any prefix and dialect, with space', () => {
    for (const topic of [
      '<Topic>\n  tns1:Device/Trigger/tnsx:DigitalInput\n</Topic>',
      '<Topic>Device/Trigger/DigitalInput</Topic>',
      '<Topic><![CDATA[a:Device/ a:Trigger /DigitalInput/]]></Topic>',
      '<Topic Dialect="http://docs.oasis-open.org/wsn/t-1/TopicExpression/Full">t:Device/Trigger/DigitalInput//.</Topic>',
      '<Topic Dialect="urn:own">Q{http://www.onvif.org/ver10/topics}Device/Trigger/{urn:x}DigitalInput</Topic>',
    ]) {
      expect(noticesIn(topic)[0]?.topic).toBe('Device/Trigger/DigitalInput');
    }
  });

  it('say nothing of a state without a message, with an empty one, or with one that is something else', () => {
    for (const rest of [
      '',
      '<Message/>',
      '<Message>text</Message>',
      '<Message><Message/></Message>',
      '<Message><Vendor><Data/></Vendor></Message>',
    ]) {
      expect(noticesIn(`${TOPIC}${rest}`)).toEqual([{ ...MOTION, source: '', state: undefined }]);
    }
  });

  it('may have several messages, in one element or in several', () => {
    const [one, two] = ['1', '2'].map(
      (source) => `<Message><Source>${item('S', source)}</Source><Data>${item('State', source)}</Data></Message>`,
    );
    const expected = [
      { ...MOTION, source: 'S=1', state: true },
      { ...MOTION, source: 'S=2', state: undefined },
    ];
    expect(noticesIn(`${TOPIC}<Message>${one}${two}</Message>`)).toEqual(expected);
    expect(noticesIn(`${TOPIC}<Message>${one}</Message><Message>${two}</Message>`)).toEqual(expected);
    expect(noticesIn(`${TOPIC}${one}`)).toEqual(expected.slice(0, 1));
  });

  it('with an ElementItem have no state, and sources that can be told apart', () => {
    const element = (name: string, text: string): string =>
      `<ElementItem Name="${name}"><x:Any><x:Deep>${text}</x:Deep></x:Any></ElementItem>`;
    expect(
      noticesIn(
        `${TOPIC}${message(element('Area', 'yard'), element('IsMotion', 'true') + item('State', 'true'))}`,
        `${TOPIC}${message(element('Area', 'door'), element('Other', '1') + item('State', 'true'))}`,
      ),
    ).toEqual([
      { ...MOTION, source: 'Area=yard', state: undefined },
      { ...MOTION, source: 'Area=door', state: true },
    ]);
  });

  it('that cannot be read do no harm to others', () => {
    const good = `<NotificationMessage>${TOPIC}${message(item('S', '1'), item('IsMotion', 'false'))}</NotificationMessage>`;
    const bad = [
      '<NotificationMessage/>',
      '<NotificationMessage>text</NotificationMessage>',
      '<NotificationMessage><Topic/><Message/></NotificationMessage>',
      `<NotificationMessage><Topic>${'x'.repeat(257)}</Topic></NotificationMessage>`,
      '<NotificationMessage><Topic>://.</Topic></NotificationMessage>',
    ];
    const { notices, malformed } = pulled(`${good}${bad.join('')}<unexpected/>${good}`);
    expect(notices.map(({ state }) => state)).toEqual([false, false]);
    expect(malformed).toBe(bad.length);
  });

  it('have a state in the item that tells most', () => {
    const stateOf = (...items: string[]): boolean | undefined =>
      noticesIn(`${TOPIC}${message('', items.join(''))}`)[0]?.state;
    expect(stateOf(item('Value', '0'), item('isMOTION', ' TRUE '))).toBe(true);
    expect(stateOf(item('LogicalState', 'inactive'), item('State', 'true'))).toBe(false);
    expect(stateOf(item('IsMotion', 'perhaps'), item('State', 'true'))).toBeUndefined();
    expect(stateOf(item('IsMotion', 'toString'))).toBeUndefined();
    expect(stateOf('<SimpleItem/><SimpleItem Name="IsMotion"/>', item('', 'true'), item('active', 'on'))).toBe(true);
    expect(stateOf(item('Count', '1'))).toBeUndefined();
  });

  it('come with the times of the subscription', () => {
    const times = (current: string, end: string) => {
      const { currentTime, terminationTime } = pulled(
        `<CurrentTime>${current}</CurrentTime><TerminationTime>${end}</TerminationTime>`,
      );
      return [currentTime, terminationTime];
    };
    const now = 1_767_323_045_000_000;
    expect(times('2026-01-02T03:04:05Z', '2026-01-02T03:06:05Z')).toEqual([now, now + 120e6]);
    expect(times('2026-01-02T03:04:05Z', 'PT60S')).toEqual([now, now + 60e6]);
    expect(times('', 'PT60S')).toEqual([undefined, undefined]);
  });
});
