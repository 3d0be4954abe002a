import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EndReason, IngestSpec, TlsOptions } from '../../bridge/types.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { selfSigned } from '../kit/certificate.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { tempDir } from '../kit/temp-dir.js';

let camera: TestCamera | undefined;
afterEach(async () => {
  await camera?.stop();
  camera = undefined;
});

/** A camera that speaks TLS with a certificate for `hostName` and for the address 127.0.0.1. */
const secureCamera = async (hostName: string, user?: { user: string; password: string }) => {
  const { cert, key } = selfSigned(hostName);
  const dir = tempDir();
  writeFileSync(join(dir, 'cert.pem'), cert);
  writeFileSync(join(dir, 'key.pem'), key);
  camera = await startCamera({ tls: { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') }, ...user });
  const path = new URL(camera.url).pathname;
  return { cert, at: (host: string) => `rtsps://${host}:${camera?.port}${path}` };
};

const attempt = async (
  url: string,
  tls?: TlsOptions,
  more: Partial<IngestSpec> = {},
): Promise<EndReason | 'streams'> => {
  const { bridge } = testBridge();
  const recorded = recordIngest(bridge, { url, transport: 'tcp', ...(tls ? { tls } : {}), ...more });
  const outcome = await Promise.race([
    recorded.ended,
    recorded.count(10).then(
      () => 'streams' as const,
      () => recorded.ended,
    ),
  ]);
  await recorded.ingest.stop();
  return outcome;
};

describe('rtsps', () => {
  it('is refused when nobody vouches for the certificate', async () => {
    const { at } = await secureCamera('camera.example');
    expect(await attempt(at('127.0.0.1'))).toMatchObject({ kind: 'error', code: 'tls.DEPTH_ZERO_SELF_SIGNED_CERT' });
    const other = selfSigned('camera.example').cert;
    expect(await attempt(at('127.0.0.1'), { trustedCertificates: [other] })).toMatchObject({
      kind: 'error',
      code: /^tls\./,
    });
  });

  it('streams when the certificate is trusted and made out for this host', async () => {
    const { at, cert } = await secureCamera('localhost');
    expect(await attempt(at('127.0.0.1'), { trustedCertificates: [cert] })).toBe('streams');
    expect(await attempt(at('localhost'), { trustedCertificates: [cert] })).toBe('streams');
  });

  it('is refused when the certificate is for another host, unless that is to be ignored', async () => {
    const { at, cert } = await secureCamera('camera.example');
    const url = at('localhost');
    const trusted = { trustedCertificates: [cert] };
    const altname = { kind: 'error', code: 'tls.ERR_TLS_CERT_ALTNAME_INVALID' };
    expect(await attempt(url, trusted)).toMatchObject(altname);
    expect(await attempt(url, { ...trusted, ignoreHostname: true })).toBe('streams');
    // Neither option implies the other.
    expect(await attempt(url, { ignoreHostname: true })).toMatchObject({ code: 'tls.DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(await attempt(url, { ignoreSignature: true })).toMatchObject(altname);
    expect(await attempt(url, { ignoreSignature: true, ignoreHostname: true })).toBe('streams');
  });

  it('carries credentials and the HTTP tunnel', async () => {
    const { at, cert } = await secureCamera('localhost', { user: 'viewer', password: 'secret' });
    const tls = { trustedCertificates: [cert] };
    const credentials = { username: 'viewer', password: 'secret' };
    expect(await attempt(at('127.0.0.1'), tls, { credentials })).toBe('streams');
    expect(await attempt(at('127.0.0.1'), tls, { credentials, transport: 'http' })).toBe('streams');
    expect(await attempt(at('127.0.0.1'), tls)).toMatchObject({ kind: 'error', code: '401' });
  });

  it('tells a camera that is not there from one that speaks no TLS', async () => {
    camera = await startCamera();
    expect(await attempt('rtsps://127.0.0.1:1/')).toMatchObject({ kind: 'error', code: 'network.ECONNREFUSED' });
    expect(await attempt(`rtsps://127.0.0.1:${camera.port}/x`, undefined, { connectMs: 2000 })).toMatchObject({
      kind: 'error',
      code: expect.stringMatching(/^(tls|network)\./),
    });
  });

  it('leaves no port open on this machine', async () => {
    const { at, cert } = await secureCamera('localhost');
    const { bridge } = testBridge();
    const recorded = recordIngest(bridge, {
      url: at('127.0.0.1'),
      transport: 'tcp',
      tls: { trustedCertificates: [cert] },
    });
    await recorded.count(5);
    const listening = await import('node:child_process').then(({ execFileSync }) =>
      execFileSync('sh', ['-c', `ls -l /proc/${bridge.stats()[0]?.pid}/fd; cat /proc/net/tcp`], { encoding: 'utf8' }),
    );
    const inodes = new Set([...listening.matchAll(/socket:\[(\d+)\]/g)].map((match) => match[1]));
    const ports = [...listening.matchAll(/^\s*\d+: \S+:([0-9A-F]{4}) \S+ 0A (?:\S+\s+){5}(\d+)/gm)]
      .filter((match) => inodes.has(match[2]))
      .map((match) => Number.parseInt(match[1]!, 16));
    for (const port of ports) connect(port, '127.0.0.1').destroy();
    expect(ports).toEqual([]);
  });
});
