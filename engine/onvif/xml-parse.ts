import { SaxesParser, type SaxesTagNS } from 'saxes';
import { printable } from './device-text.js';
import { notUnderstood, refused } from './errors.js';
import type { XmlElement } from './xml-tree.js';

/** More than any answer to what we ask has, and little enough for readers that recurse. */
const MAX_CHARACTERS = 512 * 1024;
const MAX_DEPTH = 100;
const MAX_ELEMENTS = 20_000;
const MAX_ATTRIBUTES = 20_000;

interface OpenElement extends XmlElement {
  content: Array<XmlElement | string>;
  parent: OpenElement | undefined;
}

/**
 * Reads a document from the network. Its entities are the five of XML and numbers; one with a document type is refused.
 * Takes time linear in the length.
 *
 * @throws OnvifError `OnvifBadAnswer`, with what came instead of a document
 */
export const parseXml = (text: string): XmlElement => {
  if (text.length > MAX_CHARACTERS) throw refused(`is longer than ${MAX_CHARACTERS} characters`);
  const source = withoutPadding(text);
  const other = whatElse(source);
  if (other) throw notUnderstood(other);

  let root: OpenElement | undefined;
  let open: OpenElement | undefined;
  let depth = 0;
  let elements = 0;
  let attributes = 0;
  let written = false;
  // Devices forget to declare what they use; their names are clear all the same.
  const parser = new SaxesParser({ xmlns: true, resolvePrefix: (prefix: string) => `undeclared:${prefix}` });
  parser.on('error', (error) => {
    throw notUnderstood(
      written
        ? `it breaks off after ${source.length} characters`
        : `it is no well-formed XML (${printable(error.message)})`,
    );
  });
  parser.on('doctype', (type) => {
    throw isHtml(type) ? notUnderstood(HTML) : refused('has a document type');
  });
  parser.on('attribute', () => {
    if (++attributes > MAX_ATTRIBUTES) throw refused(`has more than ${MAX_ATTRIBUTES} attributes`);
  });
  parser.on('opentag', (tag) => {
    if (++elements > MAX_ELEMENTS) throw refused(`has more than ${MAX_ELEMENTS} elements`);
    if (++depth > MAX_DEPTH) throw refused(`is nested deeper than ${MAX_DEPTH}`);
    const element = elementOf(tag, open);
    open?.content.push(element);
    root ??= element;
    open = element;
  });
  parser.on('closetag', () => {
    depth--;
    open = open?.parent;
  });
  const add = (characters: string): void => void open?.content.push(characters);
  parser.on('text', add);
  parser.on('cdata', add);

  parser.write(source);
  written = true;
  parser.close();
  if (!root) throw notUnderstood('it has no element');
  return root;
};

const elementOf = (tag: SaxesTagNS, parent: OpenElement | undefined): OpenElement => ({
  name: tag.local,
  prefix: tag.prefix,
  attributes: Object.values(tag.attributes)
    .filter(({ name, prefix }) => prefix !== 'xmlns' && name !== 'xmlns')
    .map(({ local, prefix, value }) => ({ name: local, prefix, value })),
  declarations: tag.ns,
  content: [],
  parent,
});

/** Some devices send lines before the declaration, and the zero that ends a string in C. */
const withoutPadding = (text: string): string => {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= SPACE) end--;
  return text.slice(0, end).trimStart();
};

const SPACE = 0x20;
const HTML = 'it is an HTML page';
const isHtml = (type: string): boolean => /^\s*html\b/i.test(type);

/** What can be seen without parsing not to be XML. */
const whatElse = (source: string): string | undefined => {
  if (source === '') return 'it is empty';
  if (/^<(?:!doctype\s{1,9})?html\b/i.test(source)) return HTML;
  if (source.startsWith('<')) return undefined;
  const quote = printable(source, 60);
  return quote === '' ? 'it is no XML' : `it is no XML but "${quote}"`;
};
