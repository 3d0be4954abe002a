import type { IconName } from '../core/icon-names.js';

/** What can be done while watching, whether by button or by key. */
export type Action =
  | 'play'
  | 'back'
  | 'forward'
  | 'stepBack'
  | 'stepOn'
  | 'before'
  | 'after'
  | 'slower'
  | 'faster'
  | 'now'
  | 'mute'
  | 'boxes'
  | 'find'
  | 'share'
  | 'export'
  | 'calendar';

const KEYS: Readonly<Record<string, Action>> = {
  ' ': 'play',
  k: 'play',
  j: 'back',
  l: 'forward',
  ',': 'stepBack',
  '.': 'stepOn',
  '[': 'before',
  ']': 'after',
  '<': 'slower',
  '>': 'faster',
  n: 'now',
  m: 'mute',
  b: 'boxes',
  f: 'find',
  s: 'share',
  e: 'export',
  c: 'calendar',
};

export const actionOf = (key: string): Action | undefined => KEYS[key.length === 1 ? key.toLowerCase() : key];

export const RATES = [0.25, 0.5, 1, 2, 4, 8] as const;

/** The rate beside one, in a direction. */
export const rateBeside = (rate: number, direction: 1 | -1): number => {
  const at = RATES.findIndex((each) => each >= rate);
  return RATES[Math.max(0, Math.min(RATES.length - 1, at + direction))]!;
};

export const WORDS: Readonly<Record<Action, { icon: IconName; words: string }>> = {
  play: { icon: 'play', words: 'Play' },
  back: { icon: 'back', words: '10 s back' },
  forward: { icon: 'forward', words: '10 s on' },
  stepBack: { icon: 'previous', words: 'One picture back' },
  stepOn: { icon: 'next', words: 'One picture on' },
  before: { icon: 'left', words: 'Recording before' },
  after: { icon: 'right', words: 'Recording after' },
  slower: { icon: 'minus', words: 'Slower' },
  faster: { icon: 'plus', words: 'Faster' },
  now: { icon: 'live', words: 'Live' },
  mute: { icon: 'muted', words: 'Sound' },
  boxes: { icon: 'boxes', words: 'Boxes over the picture' },
  find: { icon: 'find', words: 'Find motion in a part of the picture' },
  share: { icon: 'share', words: 'Copy a link to this moment' },
  export: { icon: 'export', words: 'Export' },
  calendar: { icon: 'calendar', words: 'Calendar' },
};
