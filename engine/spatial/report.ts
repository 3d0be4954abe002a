import type { TrackedObject } from './line-crossings.js';

/** One inference in AVA's form. */
export type Inference = Readonly<Record<string, unknown>>;

/** A person that a tracker follows from picture to picture. */
export interface TrackedPerson extends TrackedObject {
  /** 0 to 1. */
  readonly confidence: number;
  /** If the inference server has given one. */
  readonly inferenceId?: string | undefined;
}

/** AVA writes counts and distances as floating-point numbers: `1.0`. */
export const decimal = (value: number): string => {
  const rounded = Math.round(value * 1000) / 1000;
  return Number.isInteger(rounded) ? rounded.toFixed(1) : String(rounded);
};

/** Gathers what is found in one picture into AVA's list: the people that events are about, then the events. */
export class Report {
  readonly #newId: () => string;
  readonly #people = new Map<string, { id: string; inference: Inference }>();
  readonly #events: Inference[] = [];

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** @param people those in the picture that it is about. */
  event(name: string, properties: Readonly<Record<string, string>>, people: readonly TrackedPerson[]): void {
    const related = people.map((person) => this.#entity(person));
    this.#events.push({
      type: 'event',
      inferenceId: this.#newId(),
      ...(related.length > 0 ? { relatedInferences: related } : {}),
      event: { name, properties },
    });
  }

  /** Empty if there is nothing to publish. */
  get inferences(): readonly Inference[] {
    return [...[...this.#people.values()].map(({ inference }) => inference), ...this.#events];
  }

  #entity({ sequenceId, box, confidence, inferenceId }: TrackedPerson): string {
    const known = this.#people.get(sequenceId);
    if (known) return known.id;
    const id = inferenceId ?? this.#newId();
    const inference = {
      type: 'entity',
      inferenceId: id,
      sequenceId,
      entity: { tag: { value: 'person', confidence }, box },
      extensions: { trackingId: sequenceId },
    };
    this.#people.set(sequenceId, { id, inference });
    return id;
  }
}
