import { randomBytes } from 'node:crypto';
import type { Database } from './sqlite.js';

const BYTES = 32;

/** A secret of this installation, made when it is first asked for. With another database it is another one. */
export const secretOf = (db: Database, name: string): Buffer => {
  db.prepare('INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)').run(name, randomBytes(BYTES));
  return (db.prepare('SELECT value FROM secrets WHERE name = ?').get(name) as { value: Buffer }).value;
};
