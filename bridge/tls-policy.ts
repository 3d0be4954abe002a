import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, type TLSSocket } from 'node:tls';
import type { TlsOptions } from './types.js';

/**
 * What `tls.connect` is given beside the address. The two `ignore` options are independent of each other, which Node's
 * are not: see `identityProblem`.
 *
 * @param host name or IP address that the certificate must be made out for
 */
export const tlsConnectOptions = (host: string, tls: TlsOptions): ConnectionOptions => ({
  // An address is no server name (RFC 6066).
  ...(isIP(host) === 0 ? { servername: host } : {}),
  ...(tls.trustedCertificates?.length ? { ca: tls.trustedCertificates } : {}),
  rejectUnauthorized: tls.ignoreSignature !== true,
  checkServerIdentity: (_, certificate) => (tls.ignoreHostname ? undefined : checkServerIdentity(host, certificate)),
});

/**
 * What is wrong with the peer's name. To be asked on `secureConnect`, before anything is sent: Node checks no name of a
 * certificate whose signature it was told to ignore.
 */
export const identityProblem = (host: string, tls: TlsOptions, socket: TLSSocket): Error | undefined =>
  tls.ignoreSignature && !tls.ignoreHostname ? checkServerIdentity(host, socket.getPeerCertificate()) : undefined;
