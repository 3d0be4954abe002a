import { chmodSync, lstatSync, realpathSync, statSync, unlinkSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { SluiceError, systemCode } from '../core/errors.js';
import { type Mode, makeFolder, makeFolders, PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE } from '../core/permissions.js';
import { type NameKeeper, reserveFile } from './file-name.js';

const MAX_PATH_BYTES = 1024;
const MAX_NAME_BYTES = 255;

/** Permissions of what is created in the media folder, whatever the umask. What exists stays as it is. */
export interface MediaModes {
  file: Mode;
  folder: Mode;
}

const PRIVATE_MODES: MediaModes = { file: PRIVATE_FILE_MODE, folder: PRIVATE_FOLDER_MODE };

interface MediaFolderOptions {
  modes?: MediaModes;
  /** Called when the folder had been removed, and was made again. */
  onRestored?: () => void;
}

/**
 * DIR/media, the only folder that sinks write to. A topology's `baseDirectoryPath` is interpreted inside it, even if it
 * is absolute. Neither a topology nor a symbolic link in the folder can lead out of it.
 */
export class MediaFolder {
  /** The folder's real path. */
  readonly root: string;
  readonly #path: string;
  readonly #modes: MediaModes;
  readonly #mode: number;
  /** The data folder, in which it may be made again. */
  readonly #around: { dev: number; ino: number };
  readonly #onRestored: () => void;

  private constructor(path: string, { modes = PRIVATE_MODES, onRestored = () => {} }: MediaFolderOptions) {
    this.#path = path;
    this.root = realpathSync(path);
    this.#modes = modes;
    this.#mode = statSync(path).mode & 0o7777;
    this.#around = statSync(dirname(path));
    this.#onRestored = onRestored;
  }

  /**
   * Makes the folder if it is missing.
   * @throws SluiceError `MediaFolderUnusable` if it cannot be made.
   */
  static open(path: string, options: MediaFolderOptions = {}): MediaFolder {
    return attempt(path, () => {
      makeFolders(path, (options.modes ?? PRIVATE_MODES).folder);
      return new MediaFolder(path, options);
    });
  }

  /**
   * Makes the folder again if it was removed since it was opened, as it was then.
   * @throws SluiceError `MediaFolderUnusable` if that is not possible, or if it would be in another data folder: behind a
   *   disk that is not mounted any more, there is an empty one.
   */
  restore(): void {
    const path = this.#path;
    attempt(path, () => {
      if (!this.#isAround()) throw unusable(path, 'ENOENT');
      if (!makeFolder(path, this.#modes.folder)) {
        if (realpathSync(path) !== this.root) throw unusable(path, 'ENOENT');
        if (!statSync(path).isDirectory()) throw unusable(path, 'ENOTDIR');
        return;
      }
      chmodSync(path, this.#mode);
      this.#onRestored();
    });
  }

  /** False while the data folder is away or cannot be reached: what is in this folder may come back with it. */
  get present(): boolean {
    try {
      return this.#isAround();
    } catch {
      return false;
    }
  }

  #isAround(): boolean {
    const { dev, ino } = statSync(dirname(this.#path));
    return dev === this.#around.dev && ino === this.#around.ino;
  }

  /**
   * Creates the folder for a sink's `baseDirectoryPath`, and returns its real path.
   * @throws SluiceError `MediaPathRefused` if the path leads outside or is not valid, `MediaFolderUnusable` if the
   *   folder cannot be created.
   */
  folder(baseDirectoryPath: string): string {
    this.restore();
    let at = this.root;
    for (const name of segments(baseDirectoryPath)) {
      const path = join(at, name);
      at = attempt(path, () => {
        makeFolder(path, this.#modes.folder);
        return realpathSync(path);
      });
      this.#requireInside(at, path);
      if (!statSync(at).isDirectory()) throw unusable(path, 'ENOTDIR');
    }
    return at;
  }

  /**
   * Creates an empty file for a clip. See `reserveFile`.
   * @throws SluiceError as `folder` and `reserveFile` do.
   */
  reserve(baseDirectoryPath: string, stem: string, names: NameKeeper): string {
    const path = reserveFile(this.folder(baseDirectoryPath), stem, names, this.#modes.file);
    // Meanwhile, somebody may have replaced the folder by a link.
    const real = attempt(path, () => realpathSync(path));
    if (real === path && this.#isInside(real)) return path;
    unlinkSync(path);
    names.release(path);
    throw refused(path, 'it leads out of the media folder');
  }

  /** The path as it is stored: relative, so that the data folder can be moved. */
  relative(path: string): string {
    return relative(this.root, path);
  }

  absolute(relativePath: string): string {
    return join(this.root, relativePath);
  }

  /**
   * The absolute path of a stored one, if it is still a regular file in the folder; undefined if it is gone.
   * @throws SluiceError `MediaPathRefused` if it now leads out of the folder.
   */
  find(relativePath: string): string | undefined {
    const path = this.absolute(relativePath);
    try {
      if (!lstatSync(path).isFile()) throw refused(path, 'it is not a regular file');
      this.#requireInside(realpathSync(dirname(path)), path);
      return path;
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  #isInside(real: string): boolean {
    return real === this.root || real.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep);
  }

  #requireInside(real: string, path: string): void {
    if (!this.#isInside(real)) throw refused(path, 'it leads out of the media folder');
  }
}

const segments = (path: string): string[] => {
  if (path.includes('\0')) throw refused(path.replaceAll('\0', '\\0'), 'it contains a NUL character');
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    throw refused(path.slice(0, 80), `it is longer than ${MAX_PATH_BYTES} bytes`);
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  for (const name of names) {
    if (name === '..') throw refused(path, "it contains '..'");
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      throw refused(path, `a name in it is longer than ${MAX_NAME_BYTES} bytes`);
  }
  return names;
};

const attempt = <T>(path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw unusable(path, systemCode(error) ?? 'unknown', error);
  }
};

const refused = (path: string, why: string): SluiceError =>
  new SluiceError('MediaPathRefused', `the path is refused: ${why}`, {
    kind: 'invalid',
    where: { file: path },
    hint: 'Use a path without `..` and without links to other places; the folder is created inside the data folder.',
  });

const unusable = (path: string, code: string, cause?: unknown): SluiceError => {
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new SluiceError('MediaFolderUnusable', `the folder cannot be used: ${code}`, {
    kind: full ? 'exhausted' : 'unavailable',
    where: { file: path },
    hint: full
      ? 'Free some space on this disk.'
      : 'Check that the engine may write there and that no file has the name of the folder.',
    ...(cause === undefined ? {} : { cause }),
  });
};
