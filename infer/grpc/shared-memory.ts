import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { BadRequest } from '../bad-request.js';

const FOLDER = '/dev/shm';
/** One name in the folder, not a path, and none of the folder itself or the one around it. */
const NAME = /^\/?([^/\0.][^/\0]*)$/;

/** The memory in which a client puts its pictures. Linux shows it as a file. */
export class SharedMemory {
  readonly #file: FileHandle;
  readonly #length: number;

  private constructor(file: FileHandle, length: number) {
    this.#file = file;
    this.#length = length;
  }

  /** @throws BadRequest if there is no such memory */
  static async open(handle: string, length: number): Promise<SharedMemory> {
    const [, name] = NAME.exec(handle) ?? [];
    if (name === undefined) throw new BadRequest(`${JSON.stringify(handle)} cannot be the name of shared memory`);
    // A link would lead to any file, and a pipe would block.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(join(FOLDER, name), flags).catch((error: NodeJS.ErrnoException) => {
      throw new BadRequest(`the shared memory ${name} cannot be opened: ${error.code}. It must be of this machine`);
    });
    const stat = await file.stat();
    if (stat.isFile() && stat.size >= length) return new SharedMemory(file, length);
    await file.close();
    throw new BadRequest(`the shared memory ${name} does not have ${length} bytes`);
  }

  /** A copy of a part. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset + length > this.#length) {
      throw new BadRequest(`${length} bytes at ${offset} are not inside the ${this.#length} bytes of shared memory`);
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new BadRequest('the shared memory has become smaller');
      done += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
