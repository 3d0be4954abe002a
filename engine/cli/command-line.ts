import { withoutCredentials } from '../../bridge/credentials.js';

/** Options whose values may be secrets as a whole. */
const SECRET_OPTIONS = new Set(['--password', '--iothub-key']);
/** Its value is `name=value`, of which the name may be shown. */
const PARAMETER_OPTION = '--param';
const HIDDEN = '…';

/** Arguments as everybody may see them: without credentials, and without values that may be secrets. */
export const shownArguments = (args: readonly string[]): string[] =>
  args.map((arg, index) => {
    const previous = args[index - 1] ?? '';
    const [option = '', value] = splitAtEquals(arg);
    if (SECRET_OPTIONS.has(previous)) return HIDDEN;
    if (SECRET_OPTIONS.has(option) && value !== undefined) return `${option}=${HIDDEN}`;
    if (previous === PARAMETER_OPTION) return parameterWithoutValue(arg);
    if (option === PARAMETER_OPTION && value !== undefined) return `${option}=${parameterWithoutValue(value)}`;
    return withoutCredentials(arg);
  });

const splitAtEquals = (text: string): [string, string?] => {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

const parameterWithoutValue = (text: string): string => {
  const [name, value] = splitAtEquals(text);
  return value === undefined ? text : `${name}=${HIDDEN}`;
};

/**
 * Takes credentials out of this process's entry in the process list, which every user of the machine can read. Until this
 * is called they are there; what has started this process, such as npx or a shell, shows them for as long as it runs.
 */
export const hideSecretArguments = (argv: readonly string[] = process.argv): void => {
  const args = argv.slice(2);
  const shown = shownArguments(args);
  if (shown.every((arg, index) => arg === args[index])) return;
  // No longer than what was typed: the system cuts it off there.
  process.title = [process.argv0, ...argv.slice(1, 2), ...shown].join(' ');
};
