/**
 * Runs in a media host's place and takes what it can get. The test tells where things are, and is told what was got.
 * The lanes and the channel are those of a host.
 */
import { execFileSync } from 'node:child_process';
import { fstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';

/** What folders hold that are none of its business. */
const VALUABLE = /planted|sluice|\.mp4$/;
const FIRST_LANE = 4;

/**
 * @typedef {{ secret: string, marker: string, engine: number, native?: string }} Engine
 * @typedef {{ readable: string[], folders: string[], writable: string[], addresses: Address[] }} Places
 * @typedef {{ host: string, port: number }} Address
 */

/** @type {Record<string, (engine: Engine) => unknown>} */
const attempts = {
  secrets: ({ secret }) => processes().some(({ environ }) => environ.includes(secret)),
  engine: ({ marker }) => processes().some(({ cmdline }) => cmdline.includes(marker)),
  signal: ({ engine }) => process.kill(engine, 0),
  setuid: () => process.getuid?.() !== 0 && process.setuid?.(0) === undefined,
  shell: () => execFileSync('/bin/sh', ['-c', 'echo true']).length > 0,
};

const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ cmdline: textOf(`/proc/${pid}/cmdline`), environ: textOf(`/proc/${pid}/environ`) }));

/** @param {string} path */
const textOf = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** @param {() => unknown} attempt */
const tried = (attempt) => {
  try {
    return attempt() === true;
  } catch {
    return false;
  }
};

/** @param {Address} address @returns {Promise<boolean>} */
const reached = (address) =>
  new Promise((resolve) => {
    const socket = createConnection(address);
    /** @param {boolean} answer */
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(3000, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

/** @param {Engine} engine @returns {string[]} */
const asked = ({ native, engine }) => {
  if (native === undefined) return [];
  try {
    const lines = execFileSync(native, [String(engine)], { encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' });
    return lines.split('\n').filter(Boolean);
  } catch (error) {
    return [`the native attempts did not run: ${error}`];
  }
};

/** @param {Engine & Places} targets */
const take = async (targets) => {
  const got = Object.entries(attempts).flatMap(([name, attempt]) => (tried(() => attempt(targets)) ? [name] : []));
  for (const path of targets.readable) if (tried(() => readFileSync(path).length >= 0)) got.push(`read ${path}`);
  for (const path of targets.folders) {
    if (tried(() => readdirSync(path).some((name) => VALUABLE.test(name)))) got.push(`list ${path}`);
  }
  for (const path of targets.writable) {
    if (tried(() => writeFileSync(path, 'x') === undefined)) got.push(`write ${path}`);
  }
  for (const each of targets.addresses) if (await reached(each)) got.push(`connect ${each.host}`);
  return [...got, ...asked(targets)];
};

process.on('message', async (/** @type {Engine & Places & { lanes: number }} */ targets) => {
  const lanes = Array.from({ length: targets.lanes }, (_, lane) => fstatSync(FIRST_LANE + lane).isSocket());
  process.send?.({ got: await take(targets), lanes });
});
process.send?.({ type: 'ready' });
