import type { Database } from './sqlite.js';

/**
 * Lets the numbers of new clips follow this one, if they do not already. So several engines that answer as one give none
 * of them twice.
 */
export const countClipsAfter = (db: Database, last: number): void => {
  db.transaction(() => {
    const row = db.prepare<[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'clips'").get();
    if (row === undefined) db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('clips', ?)").run(last);
    else if (row.seq < last) db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'clips'").run(last);
  }).immediate();
};
