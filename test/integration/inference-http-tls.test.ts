import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ResolvedEndpoint } from '../../engine/core/endpoint.js';
import { selfSigned } from '../kit/certificate.js';
import { Asking, type Fate } from '../kit/inference-servers/http/client.js';
import { FOUND, type InferenceServer, startServer } from '../kit/inference-servers/http/server.js';

/** A server whose certificate is for `server.example` and 127.0.0.1, and an endpoint that trusts it. */
const secureServer = async (): Promise<{ server: InferenceServer; trusted: Partial<ResolvedEndpoint> }> => {
  const tls = selfSigned('server.example');
  return { server: await startServer(undefined, { tls }), trusted: { trustedCertificates: [tls.cert] } };
};

/** What becomes of a picture, and the trouble with it. */
const ask = async (
  server: InferenceServer,
  host: string,
  endpoint: Partial<ResolvedEndpoint> = {},
): Promise<[Fate, string?]> => {
  const url = server.url.replace('127.0.0.1', host);
  const asking = new Asking({ endpoint: { url, secured: true, ...endpoint } }).start();
  const fate = await asking.ask();
  const [trouble] = asking.troubles;
  return trouble === undefined ? [fate] : [fate, `${trouble.kind} ${trouble.code}: ${trouble.message}`];
};

describe('an HTTPS inference server', () => {
  it('is asked over one connection when its certificate is trusted and made out for the host', async () => {
    const { server, trusted } = await secureServer();
    const asking = new Asking({ endpoint: { url: server.url, secured: true, ...trusted } }).start();
    for (let n = 0; n < 3; n++) expect(await asking.ask()).toEqual(FOUND);
    expect(server.connections).toBe(1);
    expect(await ask(server, '127.0.0.1')).toEqual([
      'connection',
      expect.stringMatching(/^tls DEPTH_ZERO_SELF_SIGNED_CERT: no secure .* trustedCertificates\.$/),
    ]);
  });

  it('is refused under another name, unless that is to be ignored, and gets no picture before', async () => {
    const { server, trusted } = await secureServer();
    const refused = ['connection', expect.stringMatching(/^tls ERR_TLS_CERT_ALTNAME_INVALID: .* ignoreHostname/)];
    expect(await ask(server, 'localhost', trusted)).toEqual(refused);
    expect(await ask(server, 'localhost', { ignoreSignature: true })).toEqual(refused);
    expect(server.arrived).toEqual([]);
    expect(await ask(server, 'localhost', { ...trusted, ignoreHostname: true })).toEqual([FOUND]);
    expect(await ask(server, 'localhost', { ignoreSignature: true, ignoreHostname: true })).toEqual([FOUND]);
    expect(await ask(server, '127.0.0.1', { ignoreSignature: true })).toEqual([FOUND]);
    expect((await ask(server, 'localhost', { ignoreHostname: true }))[0]).toBe('connection');
  });

  it('is not asked with certificates that cannot be read', async () => {
    const { server } = await secureServer();
    const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----';
    expect(await ask(server, '127.0.0.1', { trustedCertificates: [pem] })).toEqual([
      'connection',
      expect.stringMatching(/^tls /),
    ]);
  });

  it('may turn out to be no HTTPS server', async () => {
    const server = await startServer();
    const url = server.url.replace('http:', 'https:');
    const asking = new Asking({ endpoint: { url, secured: true } }).start();
    expect(await asking.ask()).toBe('connection');
    expect(asking.troubles).toMatchObject([{ kind: 'tls' }]);
    expect(asking.troubles[0]!.message).toContain('Check that it takes https');
  });

  it('is asked for an UnsecuredEndpoint too, but not without TLS for a TlsEndpoint', async () => {
    const { server: secure, trusted } = await secureServer();
    const [fate] = await ask(secure, '127.0.0.1', { ...trusted, secured: false });
    expect(fate).toEqual(FOUND);
    const plain = await startServer();
    const asking = new Asking({ endpoint: { url: plain.url, secured: true } }).start();
    expect(asking.client.ready).toBe(false);
    expect(asking.troubles).toMatchObject([{ kind: 'tls', code: 'TlsRequired' }]);
  });

  it('has a limited time for the handshake', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).on('data', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const asking = new Asking({ endpoint: { url, secured: true }, limits: { timeoutMs: 300 } }).start();
    expect(await asking.ask()).toBe('connection');
    expect(asking.troubles).toMatchObject([{ kind: 'network', code: 'ETIMEDOUT' }]);
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
  });
});
