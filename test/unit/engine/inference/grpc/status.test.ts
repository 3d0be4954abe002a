import { describe, expect, it } from 'vitest';
import { type EndContext, meaningOf, shown } from '../../../../../engine/inference/grpc/status.js';

const context: EndContext = {
  server: 'yolo:5001',
  secrets: ['hunter22'],
  largestEmbedded: 30_000,
  answerBytes: 4194305,
};
const mean = (status: number, details = '', more: Partial<EndContext> = {}) =>
  meaningOf({ status, details }, { ...context, ...more });

describe('the end of a stream', () => {
  it.each([
    [0, 'protocol OK connection'],
    [1, 'protocol CANCELLED connection'],
    [3, 'protocol INVALID_ARGUMENT refused'],
    [7, 'authorization PERMISSION_DENIED refused'],
    [8, 'protocol RESOURCE_EXHAUSTED refused'],
    [12, 'protocol UNIMPLEMENTED refused'],
    [14, 'network UNAVAILABLE connection'],
    [16, 'authentication UNAUTHENTICATED refused'],
    [77, 'protocol status 77 refused'],
  ])('with status %i means %s', (status, meaning) => {
    const { trouble, cause } = mean(status);
    expect(`${trouble.kind} ${trouble.code} ${cause}`).toBe(meaning);
    expect(trouble.message).toMatch(/^yolo:5001 [^:]+\.$/);
  });

  it.each([
    ['connect ECONNREFUSED 127.0.0.1:1', 'network ECONNREFUSED'],
    ['getaddrinfo ENOTFOUND tls.example', 'network ENOTFOUND'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls UNAVAILABLE'],
    ['self-signed certificate', 'tls UNAVAILABLE'],
    ['unable to verify the first certificate', 'tls UNAVAILABLE'],
    ['Hostname/IP does not match certificate altnames', 'tls UNAVAILABLE'],
  ])('because of "%s" is told as %s', (reason, told) => {
    const { trouble } = mean(14, `No connection established. Last error: ${reason}`);
    expect(`${trouble.kind} ${trouble.code}`).toBe(told);
    expect(trouble.message).toContain(reason);
  });

  it('says what to do if a picture was larger than the server takes', () => {
    const { trouble, culprit, cause } = mean(8, 'Received message larger than max (6220861 vs. 4194304)', {
      largestEmbedded: 6_220_800,
    });
    expect(trouble.message).toContain('sharedMemory');
    expect([cause, culprit?.cause]).toEqual(['refused', 'pictureTooLarge']);
  });

  it('tells an answer that is too large from a picture that is', () => {
    const { trouble, cause } = mean(8, 'Received message larger than max (9000000 vs 4194305)');
    expect([trouble.code, cause]).toEqual(['answerTooLarge', 'answerTooLarge']);
  });

  it('shows what the server says on one line, not too long, and without what it was sent in confidence', () => {
    const { trouble } = mean(3, `bad\n\u001b[31m key hunter22 ${'x'.repeat(5000)}`);
    expect(trouble.message).toContain('bad [31m key *** xxx');
    expect(trouble.message.length).toBeLessThan(450);
    expect(shown('a\u2028b\u0000', [])).toBe('a b');
  });
});
