/** Where a text stops being JSON. Line and column count from 1. */
export interface SyntaxProblem {
  line: number;
  column: number;
  message: string;
}

const SPACE = /[ \t\r\n]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE_CODE = 0x20;
const WORD = /(?:true|false|null)/y;

/**
 * Parses JSON; Node.js' own message does not always tell where the mistake is, this does.
 * @throws nothing: the result is either the value or the problem.
 */
export const parseJson = (text: string): { json: unknown } | { problem: SyntaxProblem } => {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { problem: new Scanner(text).firstProblem() };
  }
};

/** Follows the grammar without recursion and without building anything, as far as it goes. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  firstProblem(): SyntaxProblem {
    const open: Array<'{' | '['> = [];
    let wanted: 'value' | 'valueOrEnd' | 'keyOrEnd' | 'key' | 'next' = 'value';
    for (;;) {
      this.#take(SPACE);
      const next = this.#text[this.#at];
      if (wanted === 'next') {
        if (open.length === 0) return this.#problem('the document should end here');
        const end = open.at(-1) === '{' ? '}' : ']';
        if (next === ',') wanted = open.at(-1) === '{' ? 'key' : 'value';
        else if (next === end) open.pop();
        else return this.#problem(`',' or '${end}' should stand here`);
        this.#at += 1;
      } else if (wanted === 'key' || wanted === 'keyOrEnd') {
        if (wanted === 'keyOrEnd' && next === '}') {
          this.#at += 1;
          open.pop();
          wanted = 'next';
          continue;
        }
        if (!this.#takeText()) return this.#problem('a property name in double quotes should stand here');
        this.#take(SPACE);
        if (this.#text[this.#at] !== ':') return this.#problem("':' should stand here");
        this.#at += 1;
        wanted = 'value';
      } else if (wanted === 'valueOrEnd' && next === ']') {
        this.#at += 1;
        open.pop();
        wanted = 'next';
      } else if (next === '{' || next === '[') {
        this.#at += 1;
        open.push(next);
        wanted = next === '{' ? 'keyOrEnd' : 'valueOrEnd';
      } else if (this.#takeText() || this.#take(NUMBER) || this.#take(WORD)) {
        wanted = 'next';
      } else {
        return this.#problem(
          next === '"' ? 'this text is not closed, or holds something that needs a \\' : 'a value should stand here',
        );
      }
    }
  }

  /** Steps over what matches at this place. False if nothing does. */
  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    this.#at += match?.[0].length ?? 0;
    return match !== null;
  }

  /** Steps over a text; one that is wrong is not stepped over at all. */
  #takeText(): boolean {
    const start = this.#at;
    if (this.#text[start] !== '"') return false;
    this.#at += 1;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        if (this.#take(ESCAPE)) continue;
      } else if (code >= SPACE_CODE) {
        this.#at += 1;
        continue;
      }
      // NaN behind the end of the document comes here too.
      this.#at = start;
      return false;
    }
    this.#at += 1;
    return true;
  }

  #problem(expected: string): SyntaxProblem {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    const message = this.#at >= this.#text.length ? `the document ends too early: ${expected}` : expected;
    return { line, column, message };
  }
}
