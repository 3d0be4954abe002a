import type { XmlElement } from './xml-tree.js';

/** A text as content or as an attribute's value in double quotes. What XML cannot hold at all is left out. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // A parser makes spaces and line breaks of them otherwise.
    .replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);

/**
 * An element as it came, to be understood in another document: it declares the namespaces that elements around it did.
 * Undefined if it has more than `max` characters.
 *
 * @param more attributes to add, in XML
 */
export const excerptOf = (element: XmlElement, max: number, more = ''): string | undefined => {
  const inside = write(element, '');
  if (inside.length > max) return undefined;
  // A prefix may also stand in a value: `xsi:type="p:Id"`.
  const words = inside.match(/[^\s<>="'/:&;]+:?/g) ?? [];
  const prefixes = new Set(['', ...words.filter((word) => word.endsWith(':')).map((word) => word.slice(0, -1))]);
  const needed = [...prefixes].flatMap((prefix): Array<readonly [string, string]> => {
    const namespace = Object.hasOwn(element.declarations, prefix) ? undefined : declaredAround(element, prefix);
    return namespace === undefined ? [] : [[prefix, namespace]];
  });
  const written = write(element, `${declare(needed)}${more}`);
  return written.length > max ? undefined : written;
};

const declaredAround = (element: XmlElement, prefix: string): string | undefined => {
  for (let around = element.parent; around; around = around.parent) {
    if (Object.hasOwn(around.declarations, prefix)) return around.declarations[prefix];
  }
  return undefined;
};

const write = ({ name, prefix, attributes, declarations, content }: XmlElement, more: string): string => {
  const tag = qualified(prefix, name);
  const own = attributes.map((each) => ` ${qualified(each.prefix, each.name)}="${escapeXml(each.value)}"`).join('');
  const inside = content.map((each) => (typeof each === 'string' ? escapeXml(each) : write(each, ''))).join('');
  return `<${tag}${declare(Object.entries(declarations))}${more}${own}>${inside}</${tag}>`;
};

const declare = (namespaces: ReadonlyArray<readonly [string, string]>): string =>
  namespaces
    .map(([prefix, namespace]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeXml(namespace)}"`)
    .join('');

const qualified = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}:${name}`);
