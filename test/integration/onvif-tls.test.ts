import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import type { ResolvedEndpoint } from '../../engine/core/endpoint.js';
import { getOnvifDevice } from '../../engine/onvif/device-get.js';
import type { OnvifError } from '../../engine/onvif/errors.js';
import { selfSigned } from '../kit/certificate.js';
import { FakeOnvifDevice } from '../kit/fake-onvif-device.js';

let device: FakeOnvifDevice | undefined;
afterEach(async () => {
  await device?.close();
  device = undefined;
});

/** Asks a device whose certificate is for `camera.example` and 127.0.0.1; its host name, or why there is none. */
const ask = async (host: string, options: Partial<ResolvedEndpoint> = {}): Promise<string | undefined> => {
  const url = device!.url.replace('127.0.0.1', host);
  const endpoint = { url, secured: true, ignoreHostname: false, ignoreSignature: false, ...options };
  try {
    return (await getOnvifDevice(endpoint, systemClock, 5_000)).hostname?.hostname;
  } catch (thrown) {
    return `${(thrown as OnvifError).code}: ${(thrown as OnvifError).message}`;
  }
};

const secureDevice = async (): Promise<{ trustedCertificates: string[] }> => {
  const { cert, key } = selfSigned('camera.example');
  device = await FakeOnvifDevice.start({ tls: { cert, key } });
  return { trustedCertificates: [cert] };
};

describe('an ONVIF device over TLS', () => {
  it('is asked when its certificate is trusted and made out for the host', async () => {
    const trusted = await secureDevice();
    expect(await ask('127.0.0.1', trusted)).toBe('cam-7');
    expect(await ask('127.0.0.1')).toMatch(/^OnvifUnreachable: self-signed certificate/);
  });

  it('is refused under another name, unless that is to be ignored, and told nothing before', async () => {
    const trusted = await secureDevice();
    const altname = /^OnvifUnreachable: Hostname\/IP does not match certificate's altnames/;
    expect(await ask('localhost', trusted)).toMatch(altname);
    expect(await ask('localhost', { ignoreSignature: true })).toMatch(altname);
    expect(device?.bodies).toEqual([]);
    expect(await ask('localhost', { ...trusted, ignoreHostname: true })).toBe('cam-7');
    expect(await ask('localhost', { ignoreSignature: true, ignoreHostname: true })).toBe('cam-7');
    expect(await ask('localhost', { ignoreHostname: true })).toMatch(/^OnvifUnreachable: self-signed certificate/);
  });

  it('fails with certificates that cannot be read, and does not throw', async () => {
    await secureDevice();
    const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----';
    expect(await ask('127.0.0.1', { trustedCertificates: [pem] })).toMatch(/^OnvifUnreachable: /);
  });
});
