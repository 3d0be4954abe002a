import { chosen, type Random } from '../../../../bench/chaos/random.js';
import { mutated } from '../../camera-fuzz/mutate.js';
import { httpAnswer } from './raw-server.js';

const box = { l: 0.1, t: 0.2, w: 0.3, h: 0.4 };
const tag = { value: 'person', confidence: 0.9 };

/** Everything that AVA's schema knows. */
const DOCUMENTS: readonly unknown[] = [
  { inferences: [] },
  {
    inferences: [
      { type: 'entity', subtype: 'objectDetection', inferenceId: 'a', entity: { id: '1', tag, box } },
      { type: 'entity', sequenceId: '7', entity: { tag, attributes: [{ name: 'colour', value: 'red' }], box } },
      { type: 'motion', motion: { box } },
    ],
  },
  { inferences: [{ type: 'classification', classification: { tag, attributes: [] }, extensions: { a: 'b' } }] },
  { inferences: [{ type: 'event', event: { name: 'fall', properties: { where: 'stairs' }, box } }] },
  { inferences: [{ type: 'text', text: { value: 'AB 12', language: 'en', startTimestamp: 1, endTimestamp: 2 } }] },
  { inferences: [{ type: 'other', other: { contentType: 'text/plain', contentBytes: 'YQ==' } }], model: 'x' },
  { timestamp: 0, inferences: [{ type: 'ENTITY', entity: { tag, box: { l: 10, t: 20, w: 300, h: 200 } } }] },
];

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  -0.5,
  1.0000001,
  '',
  ' ',
  '0.5',
  'NaN',
  'constructor',
  '__proto__',
  '\ud800',
  'x'.repeat(5000),
  [],
  {},
  [[]],
  { l: 0 },
  { value: 3 },
];
const NAMES = ['type', 'entity', 'motion', 'box', 'inferences', '__proto__', 'constructor', 'toString', 'l', ''];

/** A document with up to four of its parts replaced, left out, named otherwise or doubled, some of them nested deeply. */
const oddText = (random: Random): string => {
  let document = chosen(DOCUMENTS, random.next());
  for (let n = random.below(5); n > 0; n--) document = changed(document, random, 0);
  const levels = random.chance(0.02) ? random.below(3000) : 0;
  return `${'{"inferences":['.repeat(levels)}${JSON.stringify(document)}${']}'.repeat(levels)}`;
};

const changed = (value: unknown, random: Random, depth: number): unknown => {
  if (random.chance(0.15 + depth * 0.1) || typeof value !== 'object' || value === null) {
    return random.chance(0.5) ? chosen(ODD, random.next()) : chosen(DOCUMENTS, random.next());
  }
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    const item = changed(value[at] ?? chosen(ODD, random.next()), random, depth + 1);
    return [
      ...value.slice(0, at),
      ...(random.chance(0.1) ? [] : [item]),
      ...value.slice(at + (random.chance(0.2) ? 0 : 1)),
    ];
  }
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const [name, inner] = entries[at] ?? [chosen(NAMES, random.next())!, chosen(ODD, random.next())];
  const renamed = random.chance(0.1) ? chosen(NAMES, random.next())! : name;
  const result = entries.filter((_, index) => index !== at);
  if (!random.chance(0.1)) result.push([renamed, changed(inner, random, depth + 1)]);
  // As JSON has it: `__proto__` is a name like any other.
  return Object.fromEntries(result);
};

const TYPES = ['application/json', 'text/html; charset=utf-8', 'application/octet-stream', 'image/jpeg', 'x'];

/** The body of an answer, broken as a document, as bytes, or as both. */
export const oddBody = (random: Random): Buffer => {
  const text = Buffer.from(oddText(random));
  return random.chance(0.5) ? text : mutated([text], random);
};

export const oddContentType = (random: Random): string | undefined =>
  random.chance(0.1) ? undefined : chosen(TYPES, random.next());

const STATUS = [
  ...['204 No Content', '100 Continue', '103 Early Hints', '101 X', '301 Moved', '304 Same', '400 Bad', '401 Who'],
  ...['403 No', '404 None', '429 Slow', '500 Oh', '503 Busy', '999 ?', '200'],
];
const HEADERS = [
  'Connection: close',
  'Connection: keep-alive',
  'Keep-Alive: timeout=0',
  'Keep-Alive: timeout=99999999999999',
  'Content-Encoding: gzip',
  'Content-Encoding: identity',
  'Content-Type: text/plain',
  'Content-Length: 3',
  'Content-Length: 99999999999',
  'Transfer-Encoding: chunked',
  'Retry-After: 1e9',
  'Retry-After: Wed, 21 Oct 2099 07:28:00 GMT',
  'Location: http://user:secret@elsewhere/?a=b',
  'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth"',
  'WWW-Authenticate: Basic realm="\\',
  'Authentication-Info: nextnonce="x"',
  'Upgrade: websocket',
  'X-\u00e4: \u0007',
  ': nothing',
];

/** A whole answer, broken somewhere from its first line to its last byte. */
export const oddAnswer = (random: Random): Buffer => {
  const status = random.chance(0.5) ? '200 OK' : chosen(STATUS, random.next())!;
  const headers = Array.from(
    { length: random.chance(0.6) ? 0 : random.below(3) },
    () => chosen(HEADERS, random.next())!,
  );
  const type = oddContentType(random);
  const head = `HTTP/1.${random.chance(0.9) ? 1 : 0} ${status}`;
  const body = oddBody(random).toString('latin1');
  const text = httpAnswer(body, type === undefined ? headers : [...headers, `Content-Type: ${type}`], head);
  // The lengths are those of single bytes.
  const bytes = Buffer.from(text.replace(/Content-Length: \d+/, `Content-Length: ${body.length}`), 'latin1');
  return random.chance(0.5) ? bytes : mutated([bytes], random);
};
