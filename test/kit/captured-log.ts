import { pino } from 'pino';
import type { Logger } from '../../engine/core/log.js';

/** A logger that keeps what it is told. */
export const capturedLog = (): { log: Logger; lines: Array<{ level: string; msg: string }> } => {
  const lines: Array<{ level: string; msg: string }> = [];
  const options = { level: 'debug', formatters: { level: (level: string) => ({ level }) } };
  return { log: pino(options, { write: (line: string) => void lines.push(JSON.parse(line)) }), lines };
};
