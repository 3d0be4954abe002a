import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SluiceError } from '../engine/core/errors.js';

/**
 * The detector's packages have a folder of their own: they are a hundred times as large as the engine, which runs
 * without them.
 */
const FOLDER = 'packages/infer';

/** From infer/ or, compiled, from dist/infer/. */
const packagesFolder = (): string => {
  const here = ['..', '../..'].map((up) => join(import.meta.dirname, up, FOLDER));
  return here.find((folder) => existsSync(join(folder, 'package.json'))) ?? here[1]!;
};

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const readManifest = (file: string): Manifest | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
};

/** The packages that are missing or have another version than wanted. */
export const missingPackages = (folder = packagesFolder()): string[] => {
  const wanted = Object.entries(readManifest(join(folder, 'package.json'))?.dependencies ?? {});
  // npm writes this file when everything is in its place.
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) return wanted.map(([name]) => name);
  const installed = (name: string) => readManifest(join(folder, 'node_modules', name, 'package.json'))?.version;
  return wanted.flatMap(([name, version]) => (installed(name) === version ? [] : [name]));
};

export const requirePackages = (): void => {
  const missing = missingPackages();
  if (missing.length === 0) return;
  throw new SluiceError('InferencePackagesMissing', `the detector is not installed: ${missing.join(', ')}`, {
    kind: 'unavailable',
    hint: "Install it with 'npx sluice infer --install' (130 MB on disk).",
  });
};

/** Installs what is missing, exactly as locked. Says what npm says, on stderr. */
export async function installPackages(): Promise<void> {
  const folder = packagesFolder();
  if (missingPackages(folder).length === 0) return;
  // No package of these needs to run anything when it is installed.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawn('npm', ['ci', ...options], { cwd: folder, stdio: ['ignore', 2, 2] });
  const [code] = (await once(npm, 'close')) as [number | null];
  if (code === 0 && missingPackages(folder).length === 0) return;
  throw new SluiceError('InferencePackagesMissing', `npm could not install the detector in ${folder}`, {
    kind: 'unavailable',
    hint: "npm's messages are above. The folder must be writable.",
  });
}

/** A file of an installed package. Packages need not export it. */
export const packageFile = (path: string): string => join(packagesFolder(), 'node_modules', path);

/** Loads a module of an installed package. */
export async function loadPackage<T>(name: string): Promise<T> {
  const require = createRequire(join(packagesFolder(), 'package.json'));
  return (await import(pathToFileURL(require.resolve(name)).href)) as T;
}
