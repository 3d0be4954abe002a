import { describe, expect, it } from 'vitest';
import { socketFailureKind, statusFailureKind } from '../../../bridge/failure.js';

describe('the kind of a failure', () => {
  it.each([
    ['ECONNREFUSED', 'network'],
    ['ECONNRESET', 'network'],
    ['ENOTFOUND', 'network'],
    ['EAI_AGAIN', 'network'],
    ['EMFILE', 'network'],
    ['EPROTO', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ERROR_IN_CERT_NOT_AFTER_FIELD', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
  ])('of the socket error %s is %s', (code, kind) => {
    expect(socketFailureKind(code)).toBe(kind);
  });

  it('of a status is the credentials for 401 and 403 alone', () => {
    expect([302, 401, 403, 404, 454, 500].map(statusFailureKind)).toEqual([
      'protocol',
      'auth',
      'auth',
      'protocol',
      'protocol',
      'protocol',
    ]);
  });
});
