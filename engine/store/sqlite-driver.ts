import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';
import { messageOf, SluiceError } from '../core/errors.js';

/**
 * better-sqlite3 in the version that this Node.js needs. Version 12 uses Node's own ObjectWrap; from Node 24.19 on,
 * that aborts the process when a statement, an iterator or a closed database is garbage-collected (a pragma leaves a
 * statement behind, too). Version 13 uses Node-API 10, which Node 20, and 22 before 22.14, do not have: loading it
 * there crashes.
 */
export const SQLITE_PACKAGE = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3';

const require = createRequire(import.meta.url);
let driver: typeof Sqlite | undefined;

/** @throws SluiceError `SqliteMissing` if the package or its native part is not installed for this Node.js */
export const loadDriver = (name: string): typeof Sqlite => {
  try {
    const loaded = require(name) as typeof Sqlite;
    new loaded(':memory:').close(); // the native part is loaded with the first database
    return loaded;
  } catch (error) {
    const [problem] = messageOf(error).split('\n');
    throw new SluiceError('SqliteMissing', `${name} cannot be loaded: ${problem}`, {
      kind: 'unavailable',
      hint: 'Run `npm run setup` with the Node.js that Sluice runs on; npm must not be told to leave out optional dependencies.',
      cause: error,
    });
  }
};

/**
 * Opens a database file, or one in memory for `:memory:`.
 *
 * @throws SluiceError `SqliteMissing` as above; whatever SQLite says otherwise
 */
export const openSqlite = (file: string, options?: Sqlite.Options): Sqlite.Database => {
  driver ??= loadDriver(SQLITE_PACKAGE);
  return new driver(file, options);
};
