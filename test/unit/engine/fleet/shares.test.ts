import { expect, it } from 'vitest';
import { loadConfig } from '../../../../engine/configuration.js';
import { configOf } from '../../../../engine/fleet/shares.js';

const secrets = {
  'http.token': 'token-of-people',
  'iothub.key': Buffer.from('key-of-the-hub').toString('base64'),
  'mqtt.url': 'mqtt://broker',
  'mqtt.password': 'password-of-the-broker',
  'mqtt.username': 'somebody',
};

it('gives an engine its folder, its part of what there is, and nothing that is for others', () => {
  const overrides = { engines: 3, dataDir: '/d', 'detector.threads': 7, 'camera.connectionsPerSecond': 10, ...secrets };
  const { config } = loadConfig({ env: {}, overrides });
  const own = configOf(config, 2, 'token-of-the-engine');
  expect(own).toMatchObject({
    dataDir: '/d/engines/2',
    http: { address: { kind: 'tcp', host: '127.0.0.1', port: 0 }, token: 'token-of-the-engine' },
    detector: { threads: 2 },
    camera: { connectionsPerSecond: 3 },
    webhooks: {},
  });
  const text = JSON.stringify(own);
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  expect(configOf({ ...config, detector: { ...config.detector, threads: 0 } }, 1, 't', 2).detector.threads).toBe(1);
});

it('can be sent to another process', () => {
  const { config } = loadConfig({ env: {}, overrides: { engines: 2 } });
  expect(structuredClone(configOf(config, 1, 't'))).toEqual(configOf(config, 1, 't'));
});
