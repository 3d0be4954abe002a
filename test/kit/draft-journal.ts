import type { CommitOutcome, EventCommitter, EventDraft, StoredEvent } from '../../engine/events/types.js';

export interface PublishedDraft extends EventDraft {
  id: string;
}

/** Remembers what was published, in order, with the ids that it gave. Changes are made at once, or throw. */
export class DraftJournal implements EventCommitter {
  readonly drafts: PublishedDraft[] = [];

  publish<Type extends string>(draft: EventDraft<Type>): string {
    const id = `id-${this.drafts.length + 1}`;
    this.drafts.push({ ...(draft as EventDraft), id });
    return id;
  }

  commit(change: () => void, drafts: readonly EventDraft[]): CommitOutcome {
    this.commitNow(change, drafts);
    return 'written';
  }

  commitNow(change: () => void, drafts: readonly EventDraft[]): void {
    change();
    for (const draft of drafts) this.publish(draft);
  }

  recent(id: string): StoredEvent | undefined {
    const draft = this.drafts.find((each) => each.id === id);
    if (!draft) return undefined;
    const { eventType, subject, data } = draft;
    const times = { eventTime: '2026-01-02T03:00:00.000Z', dataVersion: '1.0' };
    const record = { seq: 1, id, topic: '/sluice/test', subject, eventType, ...times, data };
    return { record, pipeline: draft.pipeline, output: draft.output };
  }

  /** Every event whose type ends so: `RecordingStarted`. */
  named(lastPart: string): PublishedDraft[] {
    return this.drafts.filter(({ eventType }) => eventType.endsWith(`.${lastPart}`));
  }

  /** The last part of the type of every event since the last call, or since the start. */
  told(): string[] {
    const since = this.#told;
    this.#told = this.drafts.length;
    return this.drafts.slice(since).map(({ eventType }) => eventType.split('.').at(-1)!);
  }

  #told = 0;
}
