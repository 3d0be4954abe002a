/** A page as one file of HTML that needs nothing else: no script, no fonts, no pictures from elsewhere. */
import { barsSvg } from './bars-svg.js';
import type { Block, Cell, Item, Page, Text } from './blocks.js';
import { escaped } from './escaped.js';
import { STYLE } from './style.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Every second part between backticks is code. */
const text = (raw: Text): string =>
  raw
    .split('`')
    .map((part, index) => (index % 2 === 1 ? `<code>${escaped(part)}</code>` : escaped(part)))
    .join('');

const list = (items: readonly Text[]): string => `<ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul>`;

const leadList = (items: readonly Item[]): string =>
  `<ul>${items.map(({ lead, text: rest }) => `<li><strong>${escaped(lead)}:</strong> ${text(rest)}</li>`).join('')}</ul>`;

const cell = ({ text: raw, tone, isNumber }: Cell): string => {
  const classes = [tone ?? '', isNumber ? 'number' : ''].filter((each) => each !== '');
  return `<td${classes.length > 0 ? ` class="${classes.join(' ')}"` : ''}>${text(raw)}</td>`;
};

const table = (caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [
    `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(caption)}"><table>`,
    `<caption>${escaped(caption)}</caption>`,
    `<thead><tr>${head.map((each) => `<th scope="col">${escaped(each)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.map((cells) => `<tr>${cells.map(cell).join('')}</tr>`).join('\n')}</tbody></table></div>`,
  ].join('\n');

/** @param heading the element of its title: a notice may stand anywhere, and is no part of what is under headings */
const box = (heading: 'h3' | 'p', tone: string, title: string, body: string): string =>
  `<div class="box ${tone}"><${heading} class="title">${escaped(title)}</${heading}>${body}</div>`;

const links = (all: readonly { text: string; to: string }[]): string =>
  `<ul>${all.map(({ text: name, to }) => `<li><a href="${escaped(to)}">${escaped(name)}</a></li>`).join('')}</ul>`;

/** Numbers elements, so that each has a name of its own. */
class Ids {
  #last = 0;

  next(): string {
    this.#last += 1;
    return `figure-${this.#last}`;
  }
}

const html = (block: Block, ids: Ids): string => {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level} id="${block.id}">${escaped(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${text(block.text)}</p>`;
    case 'notice':
      return box(
        'p',
        block.tone,
        block.title,
        block.texts.length === 1 ? `<p>${text(block.texts[0]!)}</p>` : list(block.texts),
      );
    case 'facts':
      return `<dl>${block.rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${text(value)}</dd>`).join('')}</dl>`;
    case 'list':
      return list(block.items);
    case 'columns':
      return `<div class="columns">${block.columns
        .map(({ title, tone, items, none }) =>
          box('h3', tone, title, items.length === 0 ? `<p>${text(none)}</p>` : leadList(items)),
        )
        .join('')}</div>`;
    case 'table':
      return table(block.caption, block.head, block.rows);
    case 'bars':
      return [
        `<figure><figcaption><h3>${escaped(block.title)}</h3><p>${text(block.about)}</p></figcaption>`,
        barsSvg(block, ids.next()),
        table(`${block.title}, in words`, ['Who', 'Figure', 'Sluice against it'], block.rows),
        '</figure>',
      ].join('\n');
    case 'details':
      return `<details><summary>${escaped(block.summary)}</summary>${block.blocks.map((each) => html(each, ids)).join('\n')}</details>`;
    case 'links':
      return block.links.every(({ to }) => to.startsWith('#'))
        ? `<nav aria-label="Contents">${links(block.links)}</nav>`
        : links(block.links);
  }
};

export const toHtml = ({ title, blocks }: Page): string => {
  const ids = new Ids();
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...blocks.map((block) => html(block, ids)),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
};
