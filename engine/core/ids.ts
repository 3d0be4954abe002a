import { randomUUID } from 'node:crypto';

/** The id of an event, AVA's `messageId`. */
export const newId = (): string => randomUUID();
