import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE } from '../core/permissions.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import { encodeSecond, wholeBytes } from './day-file.js';

/** Gathers what moves in front of one camera, and writes it. */
export class MotionLog {
  readonly #fileOf: (utc: UtcMicros) => string;
  /** The second that goes on, and the most of each field so far. */
  #second = -1;
  #energies: Uint8Array | undefined;
  /** By file. */
  #waiting = new Map<string, Buffer[]>();
  /** Files of which is known that they end with a whole record. */
  readonly #whole = new Set<string>();

  constructor(fileOf: (utc: UtcMicros) => string) {
    this.#fileOf = fileOf;
  }

  add(utc: UtcMicros, energies: Uint8Array): void {
    const second = Math.floor(utc / MICROS_PER_SECOND);
    if (second !== this.#second) this.#end();
    this.#second = second;
    const most = this.#energies;
    if (!most) this.#energies = Uint8Array.from(energies);
    else for (const [index, energy] of energies.entries()) if (energy > most[index]!) most[index] = energy;
  }

  /** Writes every second that is over. @param all the one that goes on as well */
  async write(all = false): Promise<void> {
    if (all) this.#end();
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [file, records] of waiting) await this.#append(file, Buffer.concat(records));
  }

  #end(): void {
    if (!this.#energies) return;
    const utc = (this.#second * MICROS_PER_SECOND) as UtcMicros;
    const file = this.#fileOf(utc);
    const records = this.#waiting.get(file) ?? [];
    records.push(encodeSecond(utc, this.#energies));
    this.#waiting.set(file, records);
    this.#energies = undefined;
  }

  async #append(file: string, bytes: Buffer): Promise<void> {
    await mkdir(dirname(file), { recursive: true, mode: PRIVATE_FOLDER_MODE });
    if (!this.#whole.has(file)) await this.#mend(file);
    try {
      await appendFile(file, bytes, { mode: PRIVATE_FILE_MODE });
    } catch (error) {
      // A part of it may be there.
      this.#whole.delete(file);
      throw error;
    }
  }

  /** What a crash has torn goes: nothing behind it could be read. */
  async #mend(file: string): Promise<void> {
    const before = await readFile(file).catch(() => Buffer.alloc(0));
    const whole = wholeBytes(before);
    if (whole < before.length) await truncate(file, whole);
    this.#whole.clear();
    this.#whole.add(file);
  }
}
