import { execFile } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { request } from 'node:http';
import { promisify } from 'node:util';
import type { Config } from '../../config/index.js';
import { messageOf } from '../../core/errors.js';

const run = promisify(execFile);

const LIMIT_MS = 5000;
const LOG_BYTES = 512 * 1024;
const METRICS_BYTES = 16 * 1024 * 1024;
const JOURNAL_LINES = 4000;

/** The metrics of the engine that these settings are of, if it runs. @throws whatever keeps it from answering */
export const metricsOf = (config: Config): Promise<string> => {
  const { address, token } = config.http;
  if (!address) return Promise.reject(new Error('http.address is empty: the engine answers nobody'));
  const where = address.kind === 'unix' ? { socketPath: address.path } : { host: address.host, port: address.port };
  return new Promise((resolve, reject) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const asked = request({ ...where, path: '/metrics', headers, timeout: LIMIT_MS }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
        if (text.length > METRICS_BYTES) asked.destroy(new Error('the answer does not end'));
      });
      answer.on('error', reject);
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`the engine answers ${answer.statusCode}`)),
      );
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${LIMIT_MS} ms`)));
    asked.on('error', reject);
    asked.end();
  });
};

/** The end of a log: of the file, or of the service `sluice` in the system's journal. Says why if there is none. */
export const endOfLog = async (file: string | undefined): Promise<string> => {
  try {
    if (file !== undefined) return endOfFile(file);
    const options = ['--unit=sluice', `--lines=${JOURNAL_LINES}`, '--output=cat', '--no-pager', '--quiet'];
    const { stdout } = await run('journalctl', options, { timeout: LIMIT_MS, maxBuffer: METRICS_BYTES });
    return (
      stdout.slice(-LOG_BYTES) ||
      'The system\'s journal has no lines of a service "sluice". Give the log with --log FILE.\n'
    );
  } catch (error) {
    return `There is no log to be had: ${messageOf(error)}\n`;
  }
};

const endOfFile = (file: string): string => {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, LOG_BYTES));
    const read = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.subarray(0, read).toString('utf8');
    // The first line may be part of one: of a secret, too.
    return size > bytes.length ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(fd);
  }
};
