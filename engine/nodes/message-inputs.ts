export interface InputSubscription {
  cancel(): void;
}

export interface MessageDelivery {
  /** Number of nodes that took the message. */
  delivered: number;
  /** Ids of the events that these nodes published. */
  eventIds: string[];
}

interface Listener {
  pipeline: string;
  take(message: unknown): string;
}

/** Passes messages on hub inputs to the pipelines that listen on them. */
export class MessageInputs {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** @param take takes a message, and returns the id of the event that it published about it. */
  subscribe(input: string, pipeline: string, take: (message: unknown) => string): InputSubscription {
    const listener: Listener = { pipeline, take };
    const known = this.#listeners.get(input) ?? new Set();
    known.add(listener);
    this.#listeners.set(input, known);
    return {
      cancel: () => {
        known.delete(listener);
        if (known.size === 0 && this.#listeners.get(input) === known) this.#listeners.delete(input);
      },
    };
  }

  /**
   * Passes a message to every pipeline that listens on the input, or only to `target.pipeline`. If a node fails, the others
   * get it all the same.
   * @throws what the node threw, an AggregateError if several did.
   */
  deliver(input: string, message: unknown, target: { pipeline?: string } = {}): MessageDelivery {
    const eventIds: string[] = [];
    const thrown: unknown[] = [];
    for (const listener of [...(this.#listeners.get(input) ?? [])]) {
      if (target.pipeline !== undefined && target.pipeline !== listener.pipeline) continue;
      try {
        eventIds.push(listener.take(message));
      } catch (error) {
        thrown.push(error);
      }
    }
    if (thrown.length > 1) throw new AggregateError(thrown, `${thrown.length} nodes failed`);
    if (thrown.length > 0) throw thrown[0];
    return { delivered: eventIds.length, eventIds };
  }
}
