import { expect, it } from 'vitest';
import { readTrace } from '../../../../../../bench/chaos/series/power/trace.js';

const record = (kind: string, path: string, inode: number, offset: number, data: string): Buffer => {
  const head = Buffer.alloc(40);
  head.writeUInt32LE(kind.charCodeAt(0), 0);
  head.writeUInt32LE(path.length, 4);
  head.writeUInt32LE(data.length, 8);
  head.writeBigUInt64LE(BigInt(inode), 16);
  head.writeBigUInt64LE(BigInt(offset), 24);
  head.writeBigUInt64LE(7n, 32);
  return Buffer.concat([head, Buffer.from(path + data)]);
};

it('gives a new file with the number of a deleted one a number of its own', () => {
  const trace = Buffer.concat([
    record('c', 'a', 77, 0, ''),
    record('w', '', 77, 3, 'old'),
    record('u', 'a', 0, 0, ''),
    record('c', 'b', 77, 0, ''),
    record('w', '', 77, 0, 'new'),
  ]);
  expect(readTrace(trace)).toEqual([
    { kind: 'create', path: 'a', inode: 1, micros: 7 },
    { kind: 'write', inode: 1, offset: 3, data: Buffer.from('old'), micros: 7 },
    { kind: 'unlink', path: 'a', micros: 7 },
    { kind: 'create', path: 'b', inode: 2, micros: 7 },
    { kind: 'write', inode: 2, offset: 0, data: Buffer.from('new'), micros: 7 },
  ]);
});

it('leaves out a last record that is not whole', () => {
  const whole = record('r', 'from', 0, 0, 'to');
  const torn = record('w', '', 1, 0, 'text').subarray(0, -1);
  expect(readTrace(Buffer.concat([whole, torn]))).toEqual([{ kind: 'rename', path: 'from', to: 'to', micros: 7 }]);
});
