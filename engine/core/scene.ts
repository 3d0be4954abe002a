/**
 * What is known of a camera's scene now:
 * - `motion`: something moves
 * - `tampered`: the picture is covered, out of focus or frozen
 * - `degraded`: the detector judges no pictures, or would miss objects in much of them
 */
export const SENSES = ['motion', 'tampered', 'degraded'] as const;
export type Sense = (typeof SENSES)[number];

/** `unknown` while nobody can tell. */
export type Known = boolean | 'unknown';

/** Absent: nobody watches for it. */
export type Scene = Readonly<Partial<Record<Sense, Known>>>;

/** What several who watch know together: that it is so, if one of them says so; that it is not, if one can tell. */
export const together = (scenes: readonly Scene[]): Scene => {
  const all: Partial<Record<Sense, Known>> = {};
  for (const scene of scenes) {
    for (const sense of SENSES) {
      const known = scene[sense];
      const before = all[sense];
      if (known === undefined || before === true) continue;
      if (known !== 'unknown' || before === undefined) all[sense] = known;
    }
  }
  return all;
};

/** Nobody can tell any of these now. */
export const unknownScene = (senses: Iterable<Sense>): Scene =>
  Object.fromEntries([...senses].map((sense) => [sense, 'unknown']));
