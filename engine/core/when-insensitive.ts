/** What happens while a motion detector sees too little: it is told of, or everything is recorded as well. */
export const WHEN_INSENSITIVE = ['report', 'record'] as const;

export type WhenInsensitive = (typeof WHEN_INSENSITIVE)[number];
