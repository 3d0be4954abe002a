/** What a run or a series found, and the table of it that docs/design/reliability.md shows. */

/** Something that must never be: which statement it breaks, and what exactly was found. */
export interface Violation {
  /** Name of the statement, such as `story.unclosed`. */
  rule: string;
  what: string;
}

/** A row of the table: what was tried, how often, and what was lost by it. */
export interface ResultRow {
  tried: string;
  count: number;
  lost: string;
  violations: number;
}

export interface ChaosReport {
  /** For people, one line each. */
  lines: readonly string[];
  violations: readonly Violation[];
  rows: readonly ResultRow[];
}

export const shownViolation = ({ rule, what }: Violation): string => `${rule}: ${what}`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The rows as Markdown, for the document. */
export const markdownTable = (rows: readonly ResultRow[]): string =>
  [
    '| tried | how often | lost | violations |',
    '| --- | ---: | --- | ---: |',
    ...rows.map((row) => `| ${cell(row.tried)} | ${row.count} | ${cell(row.lost)} | ${row.violations} |`),
  ].join('\n');
