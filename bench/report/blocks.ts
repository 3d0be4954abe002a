/** What a page is made of. Two writers know these: HTML and Markdown. */

/** Text in which `code` is marked by backticks; nothing else is. */
export type Text = string;

/** A line that begins with what it is about. */
export interface Item {
  lead: string;
  text: Text;
}

export type Tone = 'plain' | 'good' | 'bad' | 'careful';

export interface Bar {
  label: string;
  /** The number itself; NaN if it could not be measured. */
  value: number;
  shown: string;
  role: 'ours' | 'peer' | 'floor';
}

export interface Cell {
  text: Text;
  tone?: Tone;
  isNumber?: true;
}

export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string; id: string }
  | { kind: 'paragraph'; text: Text }
  | { kind: 'notice'; tone: Tone; title: string; texts: readonly Text[] }
  | { kind: 'facts'; rows: readonly (readonly [string, Text])[] }
  | { kind: 'list'; items: readonly Text[] }
  /** Lists of the same weight beside each other. */
  | { kind: 'columns'; columns: readonly { title: string; tone: Tone; items: readonly Item[]; none: string }[] }
  | { kind: 'table'; caption: string; head: readonly string[]; rows: readonly (readonly Cell[])[] }
  | {
      kind: 'bars';
      title: string;
      about: string;
      /** What a bar of the whole width stands for; without it, the largest figure. */
      most?: number;
      bars: readonly Bar[];
      rows: readonly (readonly Cell[])[];
    }
  /** Much of little interest, folded away where that can be. */
  | { kind: 'details'; summary: string; blocks: readonly Block[] }
  | { kind: 'links'; links: readonly { text: string; to: string }[] };

export interface Page {
  title: string;
  blocks: readonly Block[];
}
