import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import { onvifMethods } from '../../engine/onvif/methods.js';
import { type FakeDeviceOptions, FakeOnvifDevice } from '../kit/fake-onvif-device.js';
import { freePort } from '../../bench/common/mosquitto.js';

const cleanUp: Array<() => unknown> = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const deviceOf = async (options?: FakeDeviceOptions): Promise<FakeOnvifDevice> => {
  const device = await FakeOnvifDevice.start(options);
  cleanUp.push(() => device.close());
  return device;
};

const methods = onvifMethods({ clock: systemClock, timeoutMs: 1500 });
const endpointOf = (device: FakeOnvifDevice, credentials?: object) => ({
  endpoint: {
    '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint',
    url: device.url,
    ...(credentials ? { credentials } : {}),
  },
});

describe('onvifDeviceGet', () => {
  it('describes the device as AVA does, without H.265', async () => {
    const device = await deviceOf();
    const { status, payload } = await methods.onvifDeviceGet(endpointOf(device));
    expect(status).toBe(200);
    expect(payload).toEqual({
      hostname: { fromDhcp: true, hostname: 'cam-7' },
      systemDateTime: { type: 'ntp', time: expect.stringMatching(/^20\d\d-.*Z$/), timeZone: 'CET-1CEST' },
      dns: { fromDhcp: false, ipv4Address: ['192.0.2.1'], ipv6Address: ['2001:db8::1'] },
      mediaProfiles: [
        {
          name: 'main name',
          mediaUri: { uri: 'rtsp://127.0.0.1:554/main' },
          videoEncoderConfiguration: {
            encoding: 'h264',
            quality: 50,
            resolution: { width: 1920, height: 1080 },
            rateControl: { bitRateLimit: 4096, encodingInterval: 1, frameRateLimit: 25 },
            h264: { govLength: 50, profile: 'high' },
          },
        },
        {
          name: 'jpeg name',
          mediaUri: { uri: 'rtsp://127.0.0.1:554/jpeg' },
          videoEncoderConfiguration: {
            encoding: 'jpeg',
            quality: 50,
            resolution: { width: 1920, height: 1080 },
            rateControl: { bitRateLimit: 4096, encodingInterval: 1, frameRateLimit: 25 },
          },
        },
      ],
    });
  });

  it('understands ONVIF Media 2', async () => {
    const { payload } = await methods.onvifDeviceGet(endpointOf(await deviceOf({ media2: true })));
    expect((payload as { mediaProfiles: unknown[] }).mediaProfiles).toEqual([
      {
        name: 'main name',
        mediaUri: { uri: 'rtsp://127.0.0.1:554/main' },
        videoEncoderConfiguration: {
          encoding: 'h264',
          quality: 3,
          resolution: { width: 3840, height: 2160 },
          rateControl: { bitRateLimit: 8000, frameRateLimit: 20 },
          h264: { govLength: 30, profile: 'main' },
        },
      },
    ]);
  });

  it('takes the address alone as well, and leaves out what a device does not know', async () => {
    const device = await deviceOf({ user: { name: 'u', password: 'p' } });
    device.misbehave = (action, response) => {
      if (action !== 'GetDNS' && action !== 'GetHostname') return false;
      response.writeHead(500).end('<s:Envelope><s:Body><s:Fault><s:Code/></s:Fault></s:Body></s:Envelope>');
      return true;
    };
    const { status, payload } = await methods.onvifDeviceGet({
      RemoteIpAddress: `127.0.0.1:${device.port}`,
      username: 'u',
      password: 'p',
    });
    expect(status).toBe(200);
    expect(Object.keys(payload as object)).toEqual(['systemDateTime', 'mediaProfiles']);
  });

  it('says what went wrong, and nothing of the password', async () => {
    const locked = await deviceOf({ user: { name: 'u', password: 'p' } });
    const wrong = { username: 'u', password: 'hush-hush' };
    const nonsense = await deviceOf();
    nonsense.misbehave = (_action, response) => {
      response.end('what?');
      return true;
    };
    const silent = await deviceOf();
    silent.misbehave = () => true;
    const results = await Promise.all([
      methods.onvifDeviceGet(endpointOf(locked, wrong)),
      methods.onvifDeviceGet(endpointOf(nonsense)),
      methods.onvifDeviceGet(endpointOf(silent)),
      methods.onvifDeviceGet({ endpoint: { url: `http://127.0.0.1:${await freePort()}/` } }),
      methods.onvifDeviceGet({}),
      methods.onvifDeviceGet({ endpoint: { url: 'http://u:hush-hush@127.0.0.1/' } }),
      methods.onvifDeviceGet({ endpoint: { url: 'file:///etc/passwd' } }),
      methods.onvifDeviceGet({ endpoint: 7 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual([403, 502, 504, 504, 400, 400, 400, 400]);
    for (const { payload } of results) {
      expect(payload).toMatchObject({
        error: { code: expect.any(String), details: [{ message: expect.any(String) }] },
      });
    }
    expect(JSON.stringify(results)).not.toContain('hush');
  });
});

describe('onvifDeviceDiscover', () => {
  const discover = (port: number, discoveryDuration: unknown) =>
    onvifMethods({ clock: systemClock, discover: { target: { address: '127.0.0.1', port } } }).onvifDeviceDiscover({
      discoveryDuration,
    });

  it('finds devices, each once', async () => {
    const device = await deviceOf();
    const port = await device.answerProbes();
    expect(await discover(port, 'PT1.5S')).toEqual({
      status: 200,
      payload: {
        value: [
          {
            serviceIdentifier: `urn:uuid:fake-${device.port}`,
            remoteIPAddress: '127.0.0.1',
            scopes: ['onvif://www.onvif.org/name/Fake', 'onvif://www.onvif.org/type/video_encoder'],
            endpoints: [device.url, 'http://[2001:db8::2]/onvif/device_service'],
          },
        ],
      },
    });
  });

  it('is not disturbed by answers that are none', async () => {
    const device = await deviceOf();
    let count = 0;
    const answers: Array<(matches: string) => string | Buffer> = [
      () => 'noise',
      (matches) => matches.replace(/urn:uuid:[0-9a-f-]{36}/, 'urn:uuid:another'),
      (matches) => matches.replace('</d:ProbeMatches>', ''),
    ];
    const port = await device.answerProbes((_probe, matches) => answers[count++ % answers.length]!(matches));
    expect(await discover(port, 'PT1.5S')).toEqual({ status: 200, payload: { value: [] } });
    expect(count).toBe(3);
  });

  it('refuses durations that are none', async () => {
    for (const duration of ['8', 8, 'PT0S', 'PT1H', 'P1Y']) {
      expect(await discover(9, duration)).toMatchObject({ status: 400, payload: { error: { code: 'BadRequest' } } });
    }
  });
});
