import { SluiceError } from './errors.js';

/** A command was to write a file that is there. @param option that names the file, if there is one: `--out` */
export const outputExists = (file: string, option?: string): SluiceError =>
  new SluiceError('OutputExists', 'there is a file of this name', {
    kind: 'conflict',
    where: { file },
    hint: `Choose another name${option === undefined ? '' : ` for ${option}`}; nothing is overwritten.`,
  });
