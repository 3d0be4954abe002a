import { describe, expect, it } from 'vitest';
import type { ResolvedEndpoint } from '../../../../../engine/core/endpoint.js';
import { addressOf } from '../../../../../engine/inference/grpc/address.js';

const endpoint = (more: Partial<ResolvedEndpoint>): ResolvedEndpoint => ({
  ...{ url: 'tcp://yolo:5001', secured: false, ignoreHostname: false, ignoreSignature: false },
  ...more,
});

const addressFor = (more: Partial<ResolvedEndpoint>) => {
  const result = addressOf(endpoint(more));
  if (!result.ok) throw new Error(result.trouble.code);
  return result.address;
};

const codeFor = (more: Partial<ResolvedEndpoint>): string => {
  const result = addressOf(endpoint(more));
  return result.ok ? 'ok' : `${result.trouble.kind} ${result.trouble.code}`;
};

describe('the address of a server', () => {
  it.each([
    ['tcp://yolo:5001', false, 'dns:yolo:5001'],
    ['grpc://yolo:5001', false, 'dns:yolo:5001'],
    ['http://yolo:5001/path?query', false, 'dns:yolo:5001'],
    ['https://yolo:5001', false, 'dns:yolo:5001'],
    ['https://yolo', false, 'dns:yolo:443'],
    ['tcp://yolo', true, 'dns:yolo:443'],
    ['tcp://[::1]:5001', false, 'dns:[::1]:5001'],
    ['tcp://192.0.2.1:5001', true, 'dns:192.0.2.1:5001'],
  ])('%s (secured: %s) is %s', (url, secured, target) => {
    const address = addressFor({ url, secured });
    expect(address.target).toBe(target);
    expect(address.credentials._isSecure()).toBe(secured || url.startsWith('https'));
  });

  it.each(['', 'yolo', 'tcp://', 'tcp:yolo'])('is refused if there is no host: "%s"', (url) => {
    expect(codeFor({ url })).toBe('network addressInvalid');
  });

  it('has credentials where AVA’s servers look for them', () => {
    const { metadata } = addressFor({ credentials: { type: 'usernamePassword', username: 'ann', password: 'päß:' } });
    expect(metadata.getMap()).toEqual({ 'x-ms-authentication': `Basic ${Buffer.from('ann:päß:').toString('base64')}` });
    const header = { type: 'httpHeader', headerName: 'X-Api-Key', headerValue: 'k3y' } as const;
    expect(addressFor({ credentials: header }).metadata.getMap()).toEqual({ 'x-api-key': 'k3y' });
  });

  it.each([
    ['X Key', 'secret-value'],
    ['x-key', 'secret\nvalue'],
    ['x-key', 'sécret'],
    ['grpc-timeout', 'secret'],
  ])('is refused with a header that cannot be sent, without saying it: %s', (headerName, headerValue) => {
    const result = addressOf(endpoint({ credentials: { type: 'httpHeader', headerName, headerValue } }));
    expect(result).toMatchObject({ ok: false, trouble: { kind: 'authentication', code: 'credentialsInvalid' } });
    expect(JSON.stringify(result)).not.toContain('ecret');
  });

  it('is refused where TLS would verify less than the document says', () => {
    expect(codeFor({ secured: true, ignoreSignature: true })).toBe('tls validationOptionsUnsupported');
    expect(codeFor({ secured: true, ignoreSignature: true, ignoreHostname: true })).toBe('ok');
    expect(codeFor({ secured: true, ignoreHostname: true })).toBe('ok');
    expect(codeFor({ secured: true, trustedCertificates: ['no certificate'] })).toBe('tls certificatesInvalid');
  });
});
