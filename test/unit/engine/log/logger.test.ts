import { expect, it } from 'vitest';
import { createLogger } from '../../../../engine/log/logger.js';

it('keeps credentials out of its lines', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line: string) => lines.push(line) });
  logger.warn({ camera: { password: 's3cret' }, token: 's3cret' }, 'no answer from rtsp://me:s3cret@cam/1');
  logger.child({ pipeline: 'yard' }).info('rtsp://me:s3cr/s3cret@cam/2');
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toContain('s3cret');
  expect(lines[0]).toContain('"msg":"no answer from rtsp://cam/1"');
});
