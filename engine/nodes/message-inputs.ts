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

  /** Passes a message to every pipeline that listens on the input, or only to `target.pipeline`. */
  deliver(input: string, message: unknown, target: { pipeline?: string } = {}): MessageDelivery {
    const eventIds: string[] = [];
    for (const listener of [...(this.#listeners.get(input) ?? [])]) {
      if (target.pipeline === undefined || target.pipeline === listener.pipeline) eventIds.push(listener.take(message));
    }
    return { delivered: eventIds.length, eventIds };
  }
}
