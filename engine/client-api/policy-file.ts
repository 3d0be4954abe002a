import { readFileSync, statSync } from 'node:fs';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { type AccessPolicy, readAccessPolicies } from './access-policies.js';

/** The access policies in a file, which is read again when it has changed. */
export class PolicyFile {
  readonly #log: Logger;
  #path = '';
  #stamp = '';
  #policies: readonly AccessPolicy[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * From now on, the policies of this file are in force; without a path, none.
   * @throws SluiceError `AccessPolicyInvalid`; what was in force stays so
   */
  use(path: string): void {
    const policies = path === '' ? [] : read(path);
    this.#stamp = stampOf(path);
    this.#path = path;
    this.#policies = policies;
  }

  /** Those that are in force. */
  current(): readonly AccessPolicy[] {
    const stamp = stampOf(this.#path);
    if (stamp === this.#stamp) return this.#policies;
    try {
      this.use(this.#path);
      this.#log.info({ file: this.#path }, 'the access policies have changed');
    } catch (error) {
      // Told once for each change; those that were good stay in force, as settings do.
      this.#stamp = stamp;
      this.#log.error(`the new access policies were not applied: ${messageOf(error)}`);
    }
    return this.#policies;
  }
}

const read = (path: string): AccessPolicy[] => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SluiceError('AccessPolicyInvalid', `the access policies cannot be read: ${messageOf(error)}`, {
      kind: 'invalid',
      where: { file: path },
      hint: 'http.accessPolicies is a JSON file that the engine may read.',
      cause: error,
    });
  }
  return readAccessPolicies(text, path);
};

/** Differs when a file has changed. */
const stampOf = (path: string): string => {
  const found = path === '' ? undefined : statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : '';
};
