import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../../../../bridge/failure.js';
import { failureOfEnd } from '../../../../engine/camera/failure.js';

const error = (failure: FailureKind, code: string, message: string) =>
  failureOfEnd({ kind: 'error', failure, code, message });

describe('what the end of a media pipeline says of the camera', () => {
  it.each([322, 401, 403, 554])('takes no digits of port %i for a status', (port) => {
    const message = `connect ECONNREFUSED 10.0.0.7:${port}`;
    expect(error('network', 'network.ECONNREFUSED', message)).toEqual({
      kind: 'network',
      code: 'network.ECONNREFUSED',
      message,
    });
  });

  it('takes no words of a message for a kind', () => {
    expect(error('protocol', 'rtsp.404', 'src: Not found (rtsp://cam/unauthorized/codec)').kind).toBe('protocol');
    expect(error('network', 'resource.read', 'no certificate, format or codec').kind).toBe('network');
  });

  it.each(['auth', 'protocol', 'network', 'tls', 'format'] as const)('keeps %s', (kind) => {
    expect(error(kind, 'x', 'y').kind).toBe(kind);
  });

  it('has a camera out of reach when the fault is ours', () => {
    expect(error('internal', 'pipeline.create', 'no element "rtspsrc"').kind).toBe('network');
    expect(failureOfEnd({ kind: 'hostLost', message: 'killed' })).toMatchObject({ kind: 'network', code: 'hostLost' });
    expect(failureOfEnd({ kind: 'eos' })).toMatchObject({ kind: 'network', code: 'eos' });
    expect(failureOfEnd({ kind: 'stopped' }).kind).toBe('aborted');
  });
});
