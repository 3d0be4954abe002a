import { describe, expect, it } from 'vitest';
import { companionsOf } from '../../../../../bench/chaos/faults/companions.js';
import { FAULT_NAMES } from '../../../../../bench/chaos/telling.js';

describe('a fault on top of another', () => {
  it('is of another kind', () => {
    for (const fault of FAULT_NAMES)
      for (const other of companionsOf(fault)) expect(other.split('.')[0]).not.toBe(fault.split('.')[0]);
  });

  it('kills the engine while a camera or the broker is away', () => {
    expect(companionsOf('camera.kill')).toContain('engine.kill');
    expect(companionsOf('broker.stop')).toContain('engine.killAlone');
  });

  it('does not come while the log cannot be written or read, or the output is blocked', () => {
    for (const fault of ['disk.full', 'disk.readOnly', 'output.unread', 'reader.resume', 'config.invalid'] as const)
      expect(companionsOf(fault)).toEqual([]);
    for (const fault of FAULT_NAMES) expect(companionsOf(fault)).not.toContain('disk.full');
  });

  it('does not take a camera away while its host is lost, since one would tell for the other', () => {
    expect(companionsOf('host.ingest.kill').filter((other) => other.startsWith('camera.'))).toEqual([]);
    expect(companionsOf('camera.kill').filter((other) => other.startsWith('host.ingest.'))).toEqual([]);
    expect(companionsOf('camera.kill')).toContain('host.decode.kill');
  });
});
