import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';
import { messageOf, SluiceError } from '../core/errors.js';

/**
 * better-sqlite3 in the version that this Node.js needs. Version 12 is built on Node's own ObjectWrap, which from 24.19
 * on ends the process when the garbage collector takes a statement, an iterator or a closed database; a pragma leaves a
 * statement behind too. Version 13 is built on Node-API 10 instead, which Node 20, and 22 before 22.14, do not have: they
 * do not refuse it but crash.
 */
const PACKAGE = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3';

const require = createRequire(import.meta.url);
let driver: typeof Sqlite | undefined;

/** @throws SluiceError `SqliteMissing` if the package or its native part is not installed for this Node.js */
export const loadDriver = (name: string): typeof Sqlite => {
  try {
    const loaded = require(name) as typeof Sqlite;
    new loaded(':memory:').close(); // only the first database loads the native part
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
  driver ??= loadDriver(PACKAGE);
  return new driver(file, options);
};
