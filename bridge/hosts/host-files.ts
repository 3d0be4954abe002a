import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the program that runs in a host is. */

/** Hosts run compiled code; when this file is TypeScript, as in tests, that is the same path under dist/. */
export const hostEntry = (): string => {
  const here = import.meta.url;
  return realpathSync(
    fileURLToPath(
      here.endsWith('.ts') ? new URL('../../dist/bridge/child/main.js', here) : new URL('../child/main.js', here),
    ),
  );
};

export const BINDING = 'gstreamer-superficial';

/** Everything that a host reads of this package and of the binding, wherever they are installed. */
export const hostFiles = (entry = hostEntry()): string[] => {
  const bridge = dirname(dirname(entry));
  const manifest = ancestors(bridge)
    .map((folder) => join(folder, 'package.json'))
    .find((path) => existsSync(path));
  const binding = bindingFolder(entry);
  return [bridge, ...(manifest === undefined ? [] : [manifest]), ...(binding === undefined ? [] : [binding])];
};

/** The compiled part of the binding; undefined where it has not been compiled, or not been installed at all. */
export const bindingFile = (): string | undefined => {
  try {
    return createRequire(hostEntry()).resolve(BINDING);
  } catch {
    return undefined;
  }
};

/** Where the host will look for it: it may be a link. */
const bindingFolder = (entry: string): string | undefined =>
  (createRequire(entry).resolve.paths(BINDING) ?? [])
    .map((folder) => join(folder, BINDING))
    .find((path) => existsSync(path));

const ancestors = (folder: string): string[] => {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
};
