import { systemCode } from '../core/errors.js';

/**
 * Writes what a command was asked for to standard output. A reader that goes away, as `head` does, is no error: the command
 * finishes its work, and its exit code is what it would have been.
 */
export const printResult = (text: string): void => {
  forgiving(process.stdout).write(text);
};

/** The same for what accompanies results on standard error. */
export const printRemark = (text: string): void => {
  forgiving(process.stderr).write(text);
};

const forgiven = new WeakSet<NodeJS.WriteStream>();

const forgiving = (stream: NodeJS.WriteStream): NodeJS.WriteStream => {
  if (!forgiven.has(stream)) {
    forgiven.add(stream);
    stream.on('error', (error) => {
      if (systemCode(error) !== 'EPIPE') throw error;
    });
  }
  return stream;
};
