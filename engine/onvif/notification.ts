import type { UtcMicros } from '../core/time.js';

/** What a device says about one of its inputs or detectors. */
export interface OnvifNotice {
  /** `RuleEngine/CellMotionDetector/Motion`: without namespace prefixes, which devices choose as they like. */
  topic: string;
  /** What tells sources of a topic apart: `VideoSourceConfigurationToken=1,Rule=MyMotion`. */
  source: string;
  operation: 'Initialized' | 'Changed' | 'Deleted';
  /** Undefined: it says nothing that can be read as a state. */
  state: boolean | undefined;
  /** By the device's clock; undefined if it gives none. */
  utc: UtcMicros | undefined;
}

/** Motion and digital inputs, as they are called by the standard and by those who came before it. */
const DEFAULT_TOPICS: readonly string[] = [
  'RuleEngine/CellMotionDetector/Motion',
  'RuleEngine/MotionRegionDetector/Motion',
  'VideoAnalytics/Motion',
  'VideoAnalytics/MotionDetection',
  'VideoSource/MotionAlarm',
  'Device/Trigger/DigitalInput',
];

/** Names of the item that holds the state, the most telling first; compared without regard to case. */
const STATE_ITEMS = ['ismotion', 'logicalstate', 'state', 'active', 'isinside', 'value'];

const WORDS: Record<string, boolean> = {
  true: true,
  '1': true,
  active: true,
  on: true,
  false: false,
  '0': false,
  inactive: false,
  off: false,
};

const MAX_TEXT = 256;

/** `tns1:RuleEngine/tns2:X` → `RuleEngine/X`. */
const plainTopic = (topic: string): string =>
  topic
    .trim()
    .split('/')
    .map((part) => part.replace(/^[^:]*:/, ''))
    .join('/');

const withoutEndingSlashes = (topic: string): string => {
  let end = topic.length;
  while (topic[end - 1] === '/') end -= 1;
  return topic.slice(0, end);
};

/** A topic counts if it is named, or if one that it lies below is. */
export const topicMatcher = (topics: readonly string[]): ((topic: string) => boolean) => {
  const wanted = (topics.length > 0 ? topics : DEFAULT_TOPICS).map((topic) => withoutEndingSlashes(plainTopic(topic)));
  return (topic) => wanted.some((each) => topic === each || topic.startsWith(`${each}/`));
};

export interface PullResult {
  /** What could be read; `malformed` counts the rest. */
  notices: OnvifNotice[];
  malformed: number;
  /** Device's clock when it answered, ms; and when the subscription ends by it. */
  currentTime: number | undefined;
  terminationTime: number | undefined;
}

/** Reads what the library made of a PullMessagesResponse. Never throws. */
export const readPull = (data: unknown): PullResult => {
  const response = asObject(data);
  const result: PullResult = {
    notices: [],
    malformed: 0,
    currentTime: asTime(response['currentTime']),
    terminationTime: asTime(response['terminationTime']),
  };
  for (const message of asList(response['notificationMessage'])) {
    const notice = readNotice(message);
    if (notice) result.notices.push(notice);
    else result.malformed++;
  }
  return result;
};

const readNotice = (raw: unknown): OnvifNotice | undefined => {
  const notification = asObject(raw);
  const topicNode = notification['topic'];
  const topicText = typeof topicNode === 'string' ? topicNode : asObject(topicNode)['_'];
  if (typeof topicText !== 'string' || topicText.trim() === '' || topicText.length > MAX_TEXT) return undefined;
  const message = asObject(asObject(notification['message'])['message']);
  const attributes = asObject(message['$']);
  const utc = asTime(attributes['UtcTime']);
  return {
    topic: plainTopic(topicText),
    source: itemsOf(message['source'])
      .map(([name, value]) => `${name}=${value}`)
      .join(',')
      .slice(0, MAX_TEXT),
    operation: operationOf(attributes['PropertyOperation']),
    state: stateOf(itemsOf(message['data'])),
    utc: utc === undefined ? undefined : ((utc * 1000) as UtcMicros),
  };
};

/** Devices that leave the operation out report changes. */
const operationOf = (value: unknown): OnvifNotice['operation'] =>
  value === 'Initialized' || value === 'Deleted' ? value : 'Changed';

const stateOf = (items: ReadonlyArray<readonly [string, string]>): boolean | undefined => {
  for (const wanted of STATE_ITEMS) {
    const found = items.find(([name]) => name.toLowerCase() === wanted);
    // The item that should hold the state decides, even if it holds nonsense.
    if (found) return WORDS[found[1].trim().toLowerCase()];
  }
  return undefined;
};

/** The SimpleItems with a name and a value; what is neither is left out. */
const itemsOf = (node: unknown): Array<readonly [string, string]> =>
  asList(asObject(node)['simpleItem']).flatMap((item) => {
    const { Name, Value } = asObject(asObject(item)['$']);
    if (typeof Name !== 'string' || Name === '' || Value === undefined || typeof Value === 'object') return [];
    return [[Name.slice(0, MAX_TEXT), String(Value).slice(0, MAX_TEXT)] as const];
  });

/** The library leaves a single element alone, so a list may be none. */
const asList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** Milliseconds since the epoch. The library makes dates only of times that end in Z. */
const asTime = (value: unknown): number | undefined => {
  const time = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) ? time : undefined;
};
