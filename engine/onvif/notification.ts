import type { UtcMicros } from '../core/time.js';
import { plainTopic } from './topics.js';
import { parseXmlEnd, parseXmlTime } from './xml-time.js';
import { attributeOf, child, children, fullTextOf, textOf, type XmlElement } from './xml-tree.js';

/** What a device says about one of its inputs or detectors. */
export interface OnvifNotice {
  /** `RuleEngine/CellMotionDetector/Motion`: without namespace prefixes, which devices choose as they like. */
  topic: string;
  /** What tells sources of a topic apart: `VideoSourceConfigurationToken=1,Rule=MyMotion`. Empty: it names none. */
  source: string;
  operation: 'Initialized' | 'Changed' | 'Deleted';
  /** Undefined: it says nothing that can be read as a state. */
  state: boolean | undefined;
  /** By the device's clock; undefined if it gives none. */
  utc: UtcMicros | undefined;
}

/** Names of the item that holds the state, the most telling first; compared without regard to case. */
const STATE_ITEMS = ['ismotion', 'logicalstate', 'state', 'active', 'isinside', 'value'];

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['active', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['inactive', false],
  ['off', false],
]);

const MAX_TEXT = 256;

export interface Notifications {
  /** What could be read; `malformed` counts the rest. */
  notices: OnvifNotice[];
  malformed: number;
}

export interface PullResult extends Notifications {
  /** When the device answered and when the subscription ends, by the device's clock. */
  currentTime: UtcMicros | undefined;
  terminationTime: UtcMicros | undefined;
}

/** Reads a PullMessagesResponse. Never throws. */
export const readPull = (response: XmlElement): PullResult => {
  const currentTime = parseXmlTime(textOf(child(response, 'CurrentTime')));
  return {
    ...readNotifications([response]),
    currentTime,
    terminationTime: parseXmlEnd(textOf(child(response, 'TerminationTime')), currentTime),
  };
};

/** Reads the NotificationMessages in these elements. Never throws. */
export const readNotifications = (parents: readonly XmlElement[]): Notifications => {
  const read = parents.flatMap((parent) => children(parent, 'NotificationMessage')).map(noticesIn);
  return { notices: read.flat(), malformed: read.filter((notices) => notices.length === 0).length };
};

/** One for each message about the topic; one that knows nothing if there is no message. None without a topic. */
const noticesIn = (notification: XmlElement): OnvifNotice[] => {
  const text = textOf(child(notification, 'Topic')) ?? '';
  const topic = text.length > MAX_TEXT ? '' : plainTopic(text);
  if (topic === '') return [];
  const messages = children(notification, 'Message').flatMap((outer) => {
    const inner = children(outer, 'Message');
    // Some devices have one element in the place of two.
    return inner.length > 0 ? inner : [outer];
  });
  return messages.length === 0 ? [noticeOf(topic, undefined)] : messages.map((message) => noticeOf(topic, message));
};

const noticeOf = (topic: string, message: XmlElement | undefined): OnvifNotice => ({
  topic,
  source: sourceIn(child(message, 'Source')),
  operation: operationOf(attributeOf(message, 'PropertyOperation')),
  state: stateIn(child(message, 'Data')),
  utc: parseXmlTime(attributeOf(message, 'UtcTime')),
});

/** Devices that leave the operation out report changes. */
const operationOf = (value: string | undefined): OnvifNotice['operation'] => {
  const word = value?.trim();
  return word === 'Initialized' || word === 'Deleted' ? word : 'Changed';
};

const sourceIn = (source: XmlElement | undefined): string =>
  itemsIn(source)
    .map(({ name, value, element }) => `${name}=${(value ?? fullTextOf(element)).slice(0, MAX_TEXT)}`)
    .join(',')
    .slice(0, MAX_TEXT);

const stateIn = (data: XmlElement | undefined): boolean | undefined => {
  const items = itemsIn(data);
  for (const wanted of STATE_ITEMS) {
    const found = items.find(({ name }) => name.toLowerCase() === wanted);
    // The item that should hold the state decides, even if it holds nonsense.
    if (found) return WORDS.get(found.value?.trim().toLowerCase() ?? '');
  }
  return undefined;
};

interface Item {
  name: string;
  /** Of a SimpleItem; an ElementItem has elements in its place. */
  value: string | undefined;
  element: XmlElement;
}

/** What has neither a value nor elements is left out. */
const itemsIn = (list: XmlElement | undefined): Item[] =>
  children(list).flatMap((element) => {
    const name = attributeOf(element, 'Name')?.trim() ?? '';
    const value = element.name === 'SimpleItem' ? attributeOf(element, 'Value') : undefined;
    const isItem = value !== undefined || element.name === 'ElementItem';
    return isItem && name !== '' ? [{ name: name.slice(0, MAX_TEXT), value, element }] : [];
  });
