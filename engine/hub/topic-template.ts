/** Longer topics match no template: two names in one level of a template would take quadratic time. */
const LONGEST_TOPIC = 4096;

const PLACEHOLDER = /\{([A-Za-z]+)\}/g;

/** What a topic level must not contain: separators, wildcards, the escape character, control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what the pattern is for.
const UNSAFE = /[/+#%\u0000-\u001f\u007f]/g;

export const encodeLevel = (text: string): string =>
  text.replace(UNSAFE, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** Senders need not escape, so what is not a valid escape is taken literally. */
const decodeLevel = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The names in braces in a template. */
export const placeholdersOf = (template: string): string[] =>
  [...template.matchAll(PLACEHOLDER)].map((match) => match[1]!);

/** What is wrong with a template, if anything. */
export const badTemplate = (template: string, allowed: readonly string[]): string | undefined => {
  const unknown = placeholdersOf(template).find((name) => !allowed.includes(name));
  if (unknown) return `has {${unknown}}; what can be put in is ${allowed.map((name) => `{${name}}`).join(', ')}`;
  return /[+#]/.test(template) ? 'must not hold the wildcards + and #' : undefined;
};

/**
 * An MQTT topic with `{names}` in it. `{properties}` stands for a property bag, which may contain slashes; every other
 * name stands for one level or a part of it.
 */
export class TopicTemplate {
  readonly #template: string;
  readonly #pattern: RegExp;
  readonly #names: string[] = [];

  /** @param fixed names whose values never change */
  constructor(template: string, fixed: Readonly<Record<string, string>>) {
    const filled = template.replace(PLACEHOLDER, (whole, name: string) =>
      Object.hasOwn(fixed, name) ? encodeLevel(fixed[name]!) : whole,
    );
    this.#template = filled;
    let pattern = '';
    let at = 0;
    for (const match of filled.matchAll(PLACEHOLDER)) {
      const name = match[1]!;
      let literal = filled.slice(at, match.index);
      at = match.index + match[0].length;
      this.#names.push(name);
      if (name === 'properties') {
        // Without properties, an Edge hub leaves out the slash as well.
        literal = literal.replace(/\/$/, '');
        pattern += `${escapeRegExp(literal)}(?:/(.*))?`;
      } else {
        pattern += `${escapeRegExp(literal)}([^/]+)`;
      }
    }
    this.#pattern = new RegExp(`^${pattern}${escapeRegExp(filled.slice(at))}$`, 's');
  }

  fill(values: Readonly<Record<string, string>>): string {
    return this.#template.replace(PLACEHOLDER, (_, name: string) => {
      const value = values[name] ?? '';
      return name === 'properties' ? value : encodeLevel(value);
    });
  }

  match(topic: string): Record<string, string> | undefined {
    const found = topic.length > LONGEST_TOPIC ? null : this.#pattern.exec(topic);
    if (!found) return undefined;
    return Object.fromEntries(
      this.#names.map((name, i) => [name, name === 'properties' ? (found[i + 1] ?? '') : decodeLevel(found[i + 1]!)]),
    );
  }
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
