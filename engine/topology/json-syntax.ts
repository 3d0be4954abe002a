/** The first syntax error of a JSON document. Line and column count from 1. */
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
const UNCLOSED = 'this string is not closed, or contains a character that must be escaped';

/**
 * Parses JSON and locates the first error, which the messages of Node.js do not always do.
 * @returns the value or the problem; never throws.
 */
export const parseJson = (text: string): { json: unknown } | { problem: SyntaxProblem } => {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { problem: new Scanner(text).firstProblem() };
  }
};

/** What the grammar allows at the current place. */
type Wanted = 'value' | 'valueOrEnd' | 'keyOrEnd' | 'key' | 'next';

/** Scans a document up to its first syntax error, without recursion and without building values. */
class Scanner {
  readonly #text: string;
  readonly #open: Array<'{' | '['> = [];
  #wanted: Wanted = 'value';
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  firstProblem(): SyntaxProblem {
    for (;;) {
      this.#take(SPACE);
      const expected = this.#step(this.#text[this.#at]);
      if (expected !== undefined) return this.#problem(expected);
    }
  }

  /** Steps over one value, name, bracket or comma. Returns what was expected if it is not there. */
  #step(next: string | undefined): string | undefined {
    if (this.#wanted === 'next') return this.#afterValue(next);
    if (this.#wanted === 'keyOrEnd' && next === '}') return this.#close();
    if (this.#wanted === 'valueOrEnd' && next === ']') return this.#close();
    return this.#wanted === 'key' || this.#wanted === 'keyOrEnd' ? this.#key() : this.#value(next);
  }

  #afterValue(next: string | undefined): string | undefined {
    const around = this.#open.at(-1);
    if (around === undefined) return 'expected the end of the document';
    const end = around === '{' ? '}' : ']';
    if (next === end) return this.#close();
    if (next !== ',') return `expected ',' or '${end}'`;
    this.#at += 1;
    this.#wanted = around === '{' ? 'key' : 'value';
    return undefined;
  }

  #close(): undefined {
    this.#at += 1;
    this.#open.pop();
    this.#wanted = 'next';
  }

  #key(): string | undefined {
    if (!this.#takeString()) return 'expected a property name in double quotes';
    this.#take(SPACE);
    if (this.#text[this.#at] !== ':') return "expected ':'";
    this.#at += 1;
    this.#wanted = 'value';
    return undefined;
  }

  #value(next: string | undefined): string | undefined {
    if (next === '{' || next === '[') {
      this.#at += 1;
      this.#open.push(next);
      this.#wanted = next === '{' ? 'keyOrEnd' : 'valueOrEnd';
      return undefined;
    }
    if (!this.#takeString() && !this.#take(NUMBER) && !this.#take(WORD))
      return next === '"' ? UNCLOSED : 'expected a value';
    this.#wanted = 'next';
    return undefined;
  }

  /** Skips what matches at this position. Returns false if nothing does. */
  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    this.#at += match?.[0].length ?? 0;
    return match !== null;
  }

  /** Steps over a string; one that is wrong is not stepped over at all. */
  #takeString(): boolean {
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
      // Also reached at the end of the document, where the code is NaN.
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
