import { withoutCredentials } from '../credentials.js';

const MOST_LINES = 40;
const MOST_CHARACTERS = 400;
/** What Node.js prints around an error: where it was thrown, its stack, its properties. */
const AROUND =
  /^(?:\s*$|\s+at |\s*\^+\s*$|Node\.js v|node:|[{}]|\s+(?:code|requireStack|return|throw)\b|\s*[\]}]|\/?\S+:\d+$)/;
const ERROR = /^(?:Uncaught )?(?:\w*Error\b.*?: )?/;

/** What a process said last on its stderr, in one line and without credentials. */
export class LastWords {
  #lines: string[] = [];

  hear(line: string): void {
    if (AROUND.test(line)) return;
    this.#lines.push(line.trim());
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }

  /** Empty if it said nothing. */
  get text(): string {
    const text = this.#lines.map((line) => line.replace(ERROR, '')).join('; ');
    const end = text.length > MOST_CHARACTERS ? `…${text.slice(-MOST_CHARACTERS)}` : text;
    return withoutCredentials(end);
  }
}
