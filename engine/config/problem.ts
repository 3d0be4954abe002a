import { SluiceError } from '../core/errors.js';

/** One thing wrong with the configuration. All are reported at once. */
export interface ConfigProblem {
  /** Dotted name of the setting, '' for the whole file. */
  setting: string;
  message: string;
  /** `sluice.yaml:12:3`, `SLUICE_HTTP_ADDRESS`, `command line`. */
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
