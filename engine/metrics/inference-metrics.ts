import { type Count, CountFamily, Histogram } from './metric-families.js';
import type { MetricRegistry } from './metric-text.js';

/** From a tenth of a millisecond, a server on this machine, to the time limit of an answer. */
const SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** A node that asks an inference server. */
export interface InferenceMetrics {
  /** Pictures that were sent. */
  readonly calls: Count;
  /** What the answers hold: something, or nothing found. */
  readonly found: Count;
  readonly nothing: Count;
  /** Inferences, and those that were left out because their boxes are none. */
  readonly inferences: Count;
  readonly misplaced: Count;
  /** Pictures that were sent and have no answer. */
  lost(cause: string): Count;
  /** Pictures that were not sent. */
  dropped(cause: string): Count;
}

type PerNode = 'pipeline' | 'node';

/** The series of all nodes that ask inference servers. */
export class InferenceFamilies {
  readonly #perNode: readonly { remove(label: PerNode, value: string): void }[];
  readonly #calls: CountFamily<PerNode>;
  readonly #answers: CountFamily<PerNode | 'found'>;
  readonly #inferences: CountFamily<PerNode>;
  readonly #misplaced: CountFamily<PerNode>;
  readonly #lost: CountFamily<PerNode | 'cause'>;
  readonly #dropped: CountFamily<PerNode | 'cause'>;
  /** From sending a picture to having its answer. */
  readonly seconds: Histogram;

  constructor(registry: MetricRegistry) {
    const family = <L extends string>(name: string, help: string) => new CountFamily<PerNode | L>(registry, name, help);
    this.#calls = family('sluice_inference_calls_total', 'Pictures sent to inference servers.');
    this.#answers = family('sluice_inference_answers_total', 'Answers, by whether something was found.');
    this.#inferences = family('sluice_inferences_total', 'Inferences in answers.');
    this.#misplaced = family('sluice_inferences_misplaced_total', 'Inferences left out because of their boxes.');
    this.#lost = family('sluice_inference_lost_total', 'Pictures sent that have no answer, by cause.');
    this.#dropped = family('sluice_inference_dropped_total', 'Pictures not sent, by cause.');
    this.seconds = new Histogram(registry, 'sluice_inference_seconds', 'From picture out to answer in.', SECONDS);
    this.#perNode = [this.#calls, this.#answers, this.#inferences, this.#misplaced, this.#lost, this.#dropped];
  }

  node(pipeline: string, node: string): InferenceMetrics {
    const labels = { pipeline, node };
    return {
      calls: this.#calls.child(labels),
      found: this.#answers.child({ ...labels, found: 'something' }),
      nothing: this.#answers.child({ ...labels, found: 'nothing' }),
      inferences: this.#inferences.child(labels),
      misplaced: this.#misplaced.child(labels),
      lost: (cause) => this.#lost.child({ ...labels, cause }),
      dropped: (cause) => this.#dropped.child({ ...labels, cause }),
    };
  }

  removePipeline(name: string): void {
    for (const family of this.#perNode) family.remove('pipeline', name);
  }
}
