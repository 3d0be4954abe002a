import type { EventFeed } from './types.js';

type Cursors = Pick<EventFeed, 'cursor' | 'saveCursor'>;

const markOf = (consumer: string): string => `${consumer}.begun`;

/** Whether a consumer has ever begun. Its position alone does not say so: 0 could also mean that nothing was confirmed yet. */
export const hasBegun = (journal: Cursors, consumer: string): boolean => journal.cursor(markOf(consumer)) !== 0;

/** @throws what SQLite says if it cannot be stored */
export const saveBegun = (journal: Cursors, consumer: string, begun: boolean): void =>
  journal.saveCursor(markOf(consumer), begun ? 1 : 0);
