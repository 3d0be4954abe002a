/** Whether the native modules load here, found out in processes of their own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BINDING, hostEntry, LastWords } from '../../bridge/index.js';
import { SQLITE_PACKAGE } from '../store/sqlite-driver.js';
import type { Finding } from './finding.js';
import { loaderFault } from './loader-words.js';

interface NativeModule {
  what: string;
  name: string;
  /** The file that loads it. */
  from: string;
}

const modules = (): NativeModule[] => [
  { what: 'SQLite driver', name: SQLITE_PACKAGE, from: entry() },
  { what: "GStreamer's binding", name: BINDING, from: hostEntry() },
];

const LIMIT_MS = 60_000;

export const nativeModules = (): Promise<Finding[]> => Promise.all(modules().map(examineModule));

const examineModule = async ({ what, name, from }: NativeModule): Promise<Finding> => {
  const { code, signal, said } = await load(name, from);
  if (code === 0) return { what, verdict: 'good', detail: `${name} loads` };
  const { detail, mend } = loaderFault(name, said, signal);
  return { what, verdict: 'bad', detail: `${name} does not load: ${detail}`, mend };
};

/** Compiled code; when this file is TypeScript, as in tests, the same under dist/. */
const entry = (): string => {
  const here = import.meta.url;
  const path = here.endsWith('.ts') ? '../../dist/engine/doctor/load-module.js' : './load-module.js';
  return fileURLToPath(new URL(path, here));
};

const load = (name: string, from: string): Promise<{ code: number | null; signal: string | null; said: string }> =>
  new Promise((resolve) => {
    const words = new LastWords();
    const child = spawn(process.execPath, [entry(), name, from], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: LIMIT_MS,
    });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-65_536);
    });
    const end = (code: number | null, signal: string | null): void => {
      for (const line of text.split('\n')) words.hear(line);
      resolve({ code, signal, said: words.text });
    };
    child.once('error', ({ message }) => {
      text = message;
      end(null, null);
    });
    child.once('close', end);
  });
