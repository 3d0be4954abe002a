import { messageOf } from '../core/errors.js';

/** The Prometheus text format, version 0.0.4. */

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** A metric with all its series. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  /** The current samples, one per line, each with its line feed; '' for none. */
  samples(): string | Promise<string>;
}

/** All families of one engine, in the order in which they were added. */
export class MetricRegistry {
  readonly #families = new Map<string, { head: string; family: MetricFamily }>();

  add(family: MetricFamily): void {
    const { name, help, kind } = family;
    if (this.#families.has(name)) throw new Error(`the metric ${name} exists already`);
    const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n`;
    this.#families.set(name, { head, family });
  }

  async text(): Promise<string> {
    let text = '';
    for (const { head, family } of this.#families.values()) {
      try {
        const samples = family.samples();
        text += `${head}${typeof samples === 'string' ? samples : await samples}\n`;
      } catch (error) {
        // A metric is read from whatever part keeps it. One that cannot be read must not hide the others.
        text += `${head}# not available: ${escapeHelp(messageOf(error))}\n\n`;
      }
    }
    return text;
  }

  clear(): void {
    this.#families.clear();
  }
}

/** The part of a sample's line before its value, which is built once for each series. */
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
