import { withoutCredentials } from '../../../bridge/credentials.js';

/** Shorter ones would be found in words that are none of them; what stands at a name of a secret goes in any case. */
const SHORTEST = 4;
const HIDDEN = '…';

/** Names of properties whose values are left out, whatever they are. */
const SECRET_NAME =
  /pass(?:word|wd|phrase)?$|^pwd$|user(?:name)?$|token|secret|credential|authorization|cookie|api-?key|^key$|accesskey|signature|^sig$|private|certificates?$|^value$|^default$|^extensions$/i;
/** A parameter's name in the place of a value tells nothing. */
const PARAMETER = /^\$\{[\w.]+\}$/;

const PATTERNS: readonly [RegExp, string][] = [
  [/\b(authorization|proxy-authorization|cookie|set-cookie)\b(["']?\s*[:=]\s*).*/gi, `$1$2${HIDDEN}`],
  [/\b(bearer|basic|digest|sharedaccesssignature)\s+[\w+/=.~%&:-]{4,}/gi, `$1 ${HIDDEN}`],
  [
    /\b(pass(?:word|wd|phrase)?|pwd|token|secret|api-?key|sig|user(?:name)?)(["']?\s*[=:]\s*["']?)[^\s"',;&)}\\]+/gi,
    `$1$2${HIDDEN}`,
  ],
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

const AFTER_SCHEME = /:\/\/((?:(?!:\/\/)[^\s"'\\])+)/g;

/** Some cameras want passwords in the query of their URL. */
const withoutQuery = (after: string): string => {
  const end = after.search(/[?#]/);
  return end < 0 ? after : `${after.slice(0, end)}?${HIDDEN}`;
};

/** Leaves out of texts and documents what must not leave the machine: by name, by form, and what is known to be secret. */
export class Redaction {
  readonly #known: readonly string[];

  /** @param secrets values that are known to be secret, wherever they stand */
  constructor(secrets: Iterable<string>) {
    const forms = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST).flatMap(formsOf);
    // A secret may be part of another.
    this.#known = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    let clean = this.#known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    clean = withoutCredentials(clean).replace(AFTER_SCHEME, (_, after: string) => `://${withoutQuery(after)}`);
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    return clean;
  }

  json(value: unknown, name = ''): unknown {
    if (typeof value === 'string') {
      return SECRET_NAME.test(name) && !PARAMETER.test(value) ? HIDDEN : this.text(value);
    }
    if (Array.isArray(value)) return value.map((each) => this.json(each, name));
    if (value === null || typeof value !== 'object') {
      return SECRET_NAME.test(name) && typeof value === 'number' ? HIDDEN : value;
    }
    // What was sent to an input may be anything.
    const isMessage = (key: string): boolean => key === 'message' && 'hubInputName' in value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        this.text(key),
        isMessage(key) ? HIDDEN : this.json(each, SECRET_NAME.test(name) ? name : key),
      ]),
    );
  }
}

/** As it stands in texts, in JSON, in URLs and in headers. */
const formsOf = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  ...decoded(secret),
  Buffer.from(secret).toString('base64'),
];

const decoded = (secret: string): string[] => {
  try {
    return [decodeURIComponent(secret)].filter(({ length }) => length >= SHORTEST);
  } catch {
    return [];
  }
};
