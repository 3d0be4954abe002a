import { BINDING, bindingFile, type SandboxOptions, sandboxReport } from '../bridge/index.js';
import type { Config } from './config/index.js';
import { messageOf, SluiceError } from './core/errors.js';
import type { Logger } from './core/log.js';

/**
 * How media hosts are held, as the settings say. Finds out what works here, and logs it.
 * @throws SluiceError `BindingMissing`, since without it no host starts; `HostUserUnknown`
 */
export const hostSandbox = ({ hosts }: Config, log: Logger): SandboxOptions => {
  if (bindingFile() === undefined) {
    throw new SluiceError('BindingMissing', `the native part of ${BINDING} is not there`, {
      kind: 'unavailable',
      hint: `Run \`npx sluice setup\` for the compiler and the headers, then \`npm rebuild ${BINDING}\`; \`npx sluice doctor\` says more.`,
    });
  }
  const options: SandboxOptions = { user: hosts.user, level: hosts.sandbox };
  try {
    const report = sandboxReport(options);
    for (const { role, by, uid, seccomp, files, network, weak } of report.hosts) {
      const facts = { role, by, uid, seccomp, files, network };
      if (weak.length === 0) log.info(facts, 'media hosts are held');
      else
        log.warn(
          { ...facts, failures: report.failures },
          `media hosts are held less than they could be: ${weak.join('; ')}`,
        );
    }
  } catch (error) {
    throw new SluiceError('HostUserUnknown', `hosts.user: ${messageOf(error)}`, {
      kind: 'invalid',
      hint: 'Name an account of this machine or a number, or leave the setting out.',
      cause: error,
    });
  }
  return options;
};
