import { type MetricFamily, type MetricKind, type MetricRegistry, numberText, sampleHead } from './metric-text.js';

/**
 * A counter for hot paths: a plain number, read when the metrics are read. Counting looks up no labels and allocates
 * nothing.
 */
export class Count {
  value = 0;

  add(n = 1): void {
    this.value += n;
  }
}

type Labels<L extends string> = Record<L, string>;

/** A series with its last line of text: most values do not change from one reading to the next. */
interface Series<L extends string, C> {
  readonly labels: Labels<L>;
  readonly child: C;
  readonly head: string;
  value: number;
  line: string;
}

const keyOf = (labels: Record<string, string>): string => JSON.stringify(Object.values(labels));

abstract class Family<L extends string, C> implements MetricFamily {
  readonly #series = new Map<string, Series<L, C>>();

  constructor(
    readonly kind: MetricKind,
    readonly name: string,
    readonly help: string,
  ) {}

  /** The series with these labels; the first call creates it. Labels must be in the order of the family. */
  child(labels: Labels<L>): C {
    const key = keyOf(labels);
    let series = this.#series.get(key);
    if (!series) {
      series = { labels, child: this.create(), head: sampleHead(this.name, labels), value: Number.NaN, line: '' };
      this.#series.set(key, series);
    }
    return series.child;
  }

  /** Removes every series whose label has this value. */
  remove(label: L, value: string): void {
    for (const [key, series] of this.#series) if (series.labels[label] === value) this.#series.delete(key);
  }

  samples(): string {
    let text = '';
    for (const series of this.#series.values()) {
      const value = this.valueOf(series.child);
      if (value === undefined) continue;
      if (value !== series.value) {
        series.value = value;
        series.line = `${series.head}${numberText(value)}\n`;
      }
      text += series.line;
    }
    return text;
  }

  protected abstract create(): C;
  protected abstract valueOf(child: C): number | undefined;
}

/** A counter with labels. */
export class CountFamily<L extends string> extends Family<L, Count> {
  constructor(registry: MetricRegistry, name: string, help: string) {
    super('counter', name, help);
    registry.add(this);
  }

  protected create(): Count {
    return new Count();
  }

  protected valueOf(child: Count): number {
    return child.value;
  }
}

/** A value that is read on demand; undefined leaves the series out. */
export class Reading {
  read: () => number | undefined = () => undefined;
}

/** A gauge with labels whose values are read on demand. */
export class ReadingFamily<L extends string> extends Family<L, Reading> {
  constructor(registry: MetricRegistry, name: string, help: string) {
    super('gauge', name, help);
    registry.add(this);
  }

  protected create(): Reading {
    return new Reading();
  }

  protected valueOf(child: Reading): number | undefined {
    return child.read();
  }
}

/** Counts observations by size. */
export class Histogram implements MetricFamily {
  readonly kind = 'histogram';
  readonly #bounds: readonly number[];
  /** Observations in each bucket alone; the last bucket is for those beyond every bound. */
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds upper bounds of the buckets, ascending */
  constructor(
    registry: MetricRegistry,
    readonly name: string,
    readonly help: string,
    bounds: readonly number[],
  ) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
    registry.add(this);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > this.#bounds[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.#sum += value;
  }

  samples(): string {
    let text = '';
    let count = 0;
    for (const [bucket, own] of this.#counts.entries()) {
      count += own;
      const bound = numberText(this.#bounds[bucket] ?? Number.POSITIVE_INFINITY);
      text += `${sampleHead(`${this.name}_bucket`, { le: bound })}${count}\n`;
    }
    return `${text}${this.name}_sum ${numberText(this.#sum)}\n${this.name}_count ${count}\n`;
  }
}

/** A family whose series are not known until the metrics are read: hosts, topologies. */
export const readAll = <L extends string>(
  kind: 'counter' | 'gauge',
  registry: MetricRegistry,
  name: string,
  help: string,
  read: () => Iterable<{ labels: Labels<L>; value: number }>,
): void => {
  const samples = (): string => {
    let text = '';
    for (const { labels, value } of read()) text += `${sampleHead(name, labels)}${numberText(value)}\n`;
    return text;
  };
  registry.add({ kind, name, help, samples });
};

/** One value without labels; undefined leaves it out. */
export const readOne = (
  kind: 'counter' | 'gauge',
  registry: MetricRegistry,
  name: string,
  help: string,
  read: () => number | undefined | Promise<number | undefined>,
): void => {
  const line = (value: number | undefined): string => (value === undefined ? '' : `${name} ${numberText(value)}\n`);
  const samples = (): string | Promise<string> => {
    const value = read();
    return value instanceof Promise ? value.then(line) : line(value);
  };
  registry.add({ kind, name, help, samples });
};

const SLOTS = 12;
const SLOT_MICROS = 5_000_000;

/** Average and maximum of the observations of the last minute, in slots of 5 s. */
export class MinuteWindow {
  readonly #slots = Array.from({ length: SLOTS }, () => ({ index: -1, sum: 0, count: 0, max: 0 }));
  #newest = Number.NEGATIVE_INFINITY;

  /** @param now monotonic time in µs */
  observe(seconds: number, now: number): void {
    const index = Math.floor(now / SLOT_MICROS);
    const slot = this.#slots[index % SLOTS]!;
    if (slot.index !== index) {
      slot.index = index;
      slot.sum = 0;
      slot.count = 0;
      slot.max = 0;
      this.#newest = index;
    }
    slot.sum += seconds;
    slot.count += 1;
    if (seconds > slot.max) slot.max = seconds;
  }

  /** Undefined if nothing was observed. */
  summary(now: number): { average: number; max: number } | undefined {
    const oldest = Math.floor(now / SLOT_MICROS) - SLOTS + 1;
    // Most nodes of most pipelines are idle, and every reading asks all of them.
    if (this.#newest < oldest) return undefined;
    let [sum, count, max] = [0, 0, 0];
    for (const slot of this.#slots) {
      if (slot.index < oldest) continue;
      sum += slot.sum;
      count += slot.count;
      if (slot.max > max) max = slot.max;
    }
    return count === 0 ? undefined : { average: sum / count, max };
  }
}
