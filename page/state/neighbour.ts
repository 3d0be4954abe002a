/** So soon after the beginning, going back means the one before. */
const BEGINNING_MS = 2000;

/** The beginning of the recording before or after a moment, of recordings in order; undefined where there is none. */
export const neighbour = (rows: readonly { start: number }[], time: number, direction: 1 | -1): number | undefined => {
  const starts = rows.map(({ start }) => start);
  return direction > 0
    ? starts.find((start) => start > time + 1)
    : starts.findLast((start) => start < time - BEGINNING_MS);
};
