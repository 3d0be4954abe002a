/** The same page as Markdown. */
import type { Block, Cell, Page, Text } from './blocks.js';

/** Outside of code, what Markdown would take for more than text. */
const plain = (raw: string): string => raw.replace(/[\\*_[\]<>|#~]/g, String.raw`\$&`).replaceAll('\n', ' ');

const text = (raw: Text): string =>
  raw
    .split('`')
    .map((part, index) => (index % 2 === 1 ? `\`${part}\`` : plain(part)))
    .join('');

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const cell = ({ text: raw, tone }: Cell): string => (tone && raw !== '' ? `**${text(raw)}**` : text(raw));

const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string[] => [
  row(head.map(plain)),
  row(head.map(() => '---')),
  ...rows.map((cells) => row(cells.map(cell))),
];

const items = (all: readonly Text[]): string[] => all.map((each) => `- ${text(each)}`);

/** As GitHub makes them of headings. */
const anchor = (heading: string): string =>
  `#${heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')}`;

const lines = (block: Block): string[] => {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level)} ${plain(block.text)}`];
    case 'paragraph':
      return [text(block.text)];
    case 'notice':
      return [`> **${plain(block.title)}.**`, ...block.texts.flatMap((each) => ['>', `> ${text(each)}`])];
    case 'facts':
      return table(
        ['', ''],
        block.rows.map(([name, value]) => [{ text: name }, { text: value }]),
      );
    case 'list':
      return items(block.items);
    case 'columns':
      return block.columns.flatMap(({ title, items: all, none }) => [
        `**${plain(title)}**`,
        '',
        ...(all.length === 0 ? [text(none)] : all.map(({ lead, text: rest }) => `- **${plain(lead)}:** ${text(rest)}`)),
        '',
      ]);
    case 'table':
      return [`_${plain(block.caption)}_`, '', ...table(block.head, block.rows)];
    case 'bars':
      return [
        `### ${plain(block.title)}`,
        '',
        text(block.about),
        '',
        ...table(['Who', 'Figure', 'Sluice against it'], block.rows),
      ];
    case 'details':
      return [
        `<details><summary>${plain(block.summary)}</summary>`,
        '',
        ...block.blocks.flatMap((each) => [...lines(each), '']),
        '</details>',
      ];
    case 'links':
      return block.links.map(({ text: name, to }) => `- [${plain(name)}](${to.startsWith('#') ? anchor(name) : to})`);
  }
};

export const toMarkdown = ({ blocks }: Page): string =>
  `${blocks.map((block) => lines(block).join('\n').trimEnd()).join('\n\n')}\n`;
