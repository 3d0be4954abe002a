/**
 * A process that loads one native module and ends: what a module does to a process it is not made for, or libraries to one that
 * lacks them, is found out here. Arguments: the file or package to load, and the package whose place counts.
 */
import { createRequire } from 'node:module';

const [name = '', from = import.meta.url] = process.argv.slice(2);
const loaded: unknown = createRequire(from)(name);
// SQLite's native part is loaded with the first database.
if (typeof loaded === 'function') new (loaded as new (file: string) => { close(): void })(':memory:').close();
