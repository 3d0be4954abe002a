/** How much a camera matters when not all can be decoded as asked. The least first. */
export const PRIORITIES = ['low', 'normal', 'high'] as const;

export type Priority = (typeof PRIORITIES)[number];

export const DEFAULT_PRIORITY: Priority = 'normal';

/** Below zero if `one` matters less than `other`. */
export const comparePriorities = (one: Priority, other: Priority): number =>
  PRIORITIES.indexOf(one) - PRIORITIES.indexOf(other);

/** Of several who want the same, the one that matters most counts. That of nobody is the default. */
export const highestPriority = (priorities: Iterable<Priority>): Priority =>
  [...priorities].sort(comparePriorities).at(-1) ?? DEFAULT_PRIORITY;
