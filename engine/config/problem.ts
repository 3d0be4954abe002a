import { SluiceError } from '../core/errors.js';
import type { Config } from './schema.js';

/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** Dotted name of the setting, '' for the whole file. */
  setting: string;
  /** The end of a sentence that begins with the setting's name. */
  message: string;
}

/** Finds what is wrong with settings that are each valid by themselves. */
export type ConfigCheck = (config: Config) => readonly ConfigFault[];

/** A fault and where it is. All are reported at once. */
export interface ConfigProblem extends ConfigFault {
  /** `sluice.yaml:12:3`, `SLUICE_HTTP_ADDRESS`, `settings`, `command line`. */
  place: string;
}

/** `ConfigInvalid`: one line per problem, each beginning with its place. Carries no secret. */
export class ConfigError extends SluiceError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], file?: string) {
    const lines = problems.map(({ place, setting, message }) => `${place}: ${setting ? `${setting} ` : ''}${message}`);
    super('ConfigInvalid', lines.join('\n'), {
      kind: 'invalid',
      hint: 'docs/ref/configuration.md lists every setting.',
      ...(file === undefined ? {} : { where: { file } }),
    });
    this.problems = problems;
  }
}
