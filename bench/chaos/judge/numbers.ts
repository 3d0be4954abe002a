import type { Violation } from '../report.js';
import type { FolderFacts } from './read-folder.js';

/** Gap records that are no loss: old events are removed on purpose. */
const INTENDED = 'retention';

/** @param gapsAllowed reasons of gap records that the trial itself has caused, such as `powerLoss` */
export const judgeNumbers = (
  { events, rowNumbers, gaps, trimmed }: FolderFacts,
  gapsAllowed: ReadonlySet<string> = new Set(),
): Violation[] => {
  const found: Violation[] = [];
  const broken = (rule: string, what: string): void => void found.push({ rule: `numbers.${rule}`, what });
  let expected = trimmed + 1;
  for (const [i, seq] of rowNumbers.entries()) {
    if (seq !== expected) {
      const gap = gaps.find(({ first, last }) => first === expected && last === seq - 1);
      if (!gap) broken('hole', `${expected} to ${seq - 1} are missing, and no gap record says so`);
    }
    if (events[i]?.seq !== seq) broken('mixed', `row ${seq} holds event ${events[i]?.seq}`);
    expected = seq + 1;
  }
  for (const { first, last, reason } of gaps) {
    if (reason !== INTENDED && !gapsAllowed.has(reason)) broken('gap', `${first} to ${last} are lost: ${reason}`);
  }
  const ids = new Map<string, number>();
  for (const { id, seq } of events) {
    const before = ids.get(id);
    if (before !== undefined) broken('id', `events ${before} and ${seq} have the same id`);
    ids.set(id, seq);
  }
  return found;
};
