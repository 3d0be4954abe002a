import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCE = fileURLToPath(new URL('./recorder.c', import.meta.url));

export interface Recorder {
  /** The library. */
  library: string;
  /** Where the records are. Hosts that a sandbox holds do not see it: the engine has to run with `hosts.sandbox: none`. */
  trace: string;
}

/**
 * Compiles the recorder for one data folder.
 *
 * @param root the data folder
 * @param folder the folder in it that the clips are in
 */
export const compileRecorder = async (path: string, root: string, folder: string): Promise<Recorder> => {
  const library = join(path, 'recorder.so');
  const trace = join(root, folder, '.trace');
  const defines = Object.entries({ ROOT: root, TRACE: trace }).map(
    ([name, value]) => `-D${name}=${JSON.stringify(value)}`,
  );
  await promisify(execFile)('cc', ['-O2', '-shared', '-fPIC', ...defines, '-o', library, SOURCE, '-ldl']);
  return { library, trace };
};

/** Environment of an engine whose writes are recorded, its hosts' included. */
export const recording = ({ library, trace }: Recorder): NodeJS.ProcessEnv => {
  writeFileSync(trace, '');
  return {
    ...process.env,
    LD_PRELOAD: library,
    // Otherwise the kernel would write for the program, unseen.
    UV_USE_IO_URING: '0',
  };
};

/** Environment of an engine that believes the machine to have been started anew. */
export const afterBoot = ({ library }: Recorder, bootIdFile: string, bootId: string): NodeJS.ProcessEnv => {
  writeFileSync(bootIdFile, `${bootId}\n`);
  return { ...process.env, LD_PRELOAD: library, TRIAL_BOOT_ID_FILE: bootIdFile };
};
