export interface XmlAttribute {
  name: string;
  prefix: string;
  value: string;
}

/** One element of a document. Every device chooses prefixes as it likes, so names are without. */
export interface XmlElement {
  name: string;
  prefix: string;
  /** Without declarations of namespaces. */
  attributes: readonly XmlAttribute[];
  /** Namespaces by the prefixes that this element declares. */
  declarations: Readonly<Record<string, string>>;
  content: ReadonlyArray<XmlElement | string>;
  parent: XmlElement | undefined;
}

/** The elements directly inside; with a name, only those. */
export const children = (element: XmlElement | undefined, name?: string): XmlElement[] =>
  (element?.content ?? []).filter(
    (each): each is XmlElement => typeof each !== 'string' && (name === undefined || each.name === name),
  );

/** The first element of each name, one inside the other. */
export const child = (element: XmlElement | undefined, ...path: string[]): XmlElement | undefined =>
  path.reduce<XmlElement | undefined>((at, name) => children(at, name)[0], element);

/** The characters directly inside, without space around them; undefined if there are none. */
export const textOf = (element: XmlElement | undefined): string | undefined =>
  element?.content
    .filter((each) => typeof each === 'string')
    .join('')
    .trim() || undefined;

/** All characters inside, at any depth. */
export const fullTextOf = (element: XmlElement): string =>
  element.content
    .map((each) => (typeof each === 'string' ? each : fullTextOf(each)))
    .join('')
    .trim();

export const attributeOf = (element: XmlElement | undefined, name: string): string | undefined =>
  element?.attributes.find((attribute) => attribute.name === name)?.value;

export const numberOf = (text: string | undefined): number | undefined => {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
};

export const flagOf = (text: string | undefined): boolean | undefined => {
  const word = text?.trim().toLowerCase();
  return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : undefined;
};
