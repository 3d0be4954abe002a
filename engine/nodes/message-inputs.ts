/** Which pipelines listen on which hub input, and the way of a message to them. */
export interface InputSubscription {
  cancel(): void;
}

export interface MessageDelivery {
  /** Nodes that took the message. */
  delivered: number;
  /** Ids of the events that say so. */
  eventIds: string[];
}

interface Listener {
  pipeline: string;
  take(message: unknown): string;
}

export class MessageInputs {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** @param take returns the id of the event that it made of the message. */
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

  /** A message for every pipeline that listens on the input, or for the one that is named. */
  deliver(input: string, message: unknown, target: { pipeline?: string } = {}): MessageDelivery {
    const eventIds: string[] = [];
    for (const listener of [...(this.#listeners.get(input) ?? [])]) {
      if (target.pipeline === undefined || target.pipeline === listener.pipeline) eventIds.push(listener.take(message));
    }
    return { delivered: eventIds.length, eventIds };
  }
}
