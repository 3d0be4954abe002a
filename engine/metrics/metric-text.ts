/** The Prometheus text format, version 0.0.4. */

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** One family: a name, and the lines of its series as they are when they are asked for. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  /** Lines of samples, each with its line feed; '' for none. */
  samples(): string | Promise<string>;
}

/** All families of one engine, in the order in which they were added. */
export class MetricRegistry {
  readonly #families = new Map<string, { head: string; family: MetricFamily }>();

  add(family: MetricFamily): void {
    const { name, help, kind } = family;
    if (this.#families.has(name)) throw new Error(`the metric ${name} is there already`);
    const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n`;
    this.#families.set(name, { head, family });
  }

  async text(): Promise<string> {
    let text = '';
    for (const { head, family } of this.#families.values()) {
      const samples = family.samples();
      text += `${head}${typeof samples === 'string' ? samples : await samples}\n`;
    }
    return text;
  }

  clear(): void {
    this.#families.clear();
  }
}

/** Everything of a sample's line that stands before the value, so that it is put together once in the life of a series. */
export const sampleHead = (name: string, labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? `${name} ` : `${name}{${pairs.join(',')}} `;
};

export const numberText = (value: number): string => {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
};

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeLabel = (text: string): string => (/[\\\n"]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text);
