import { describe, expect, it } from 'vitest';
import { hostEnvironment } from '../../../../bridge/hosts/host-environment.js';

const SECRETS = {
  SLUICE_HTTP_TOKEN: 'secret-1',
  SLUICE_IOTHUB_KEY: 'secret-2',
  SLUICE_MQTT_PASSWORD: 'secret-3',
  AWS_SECRET_ACCESS_KEY: 'secret-4',
  HOME: '/home/secret-5',
  NODE_OPTIONS: '--require secret-6',
  SSH_AUTH_SOCK: 'secret-7',
};

describe('the environment of a host', () => {
  it('holds nothing that is not on the list, whatever the engine has', () => {
    for (const role of ['ingest', 'decode'] as const) {
      const env = hostEnvironment(role, 4, { ...SECRETS, PATH: '/bin', TZ: 'UTC', GST_PLUGIN_PATH: '/plugins' }, '/j');
      expect(JSON.stringify(env)).not.toContain('secret');
      expect(env).toMatchObject({ PATH: '/bin', TZ: 'UTC', GST_PLUGIN_PATH: '/plugins', LC_ALL: 'C.UTF-8' });
      expect(env).toMatchObject({ LD_PRELOAD: '/j', UV_THREADPOOL_SIZE: '12' });
    }
  });

  it('says which certificates are trusted where TLS is spoken', () => {
    const own = { NODE_EXTRA_CA_CERTS: '/ca.pem' };
    expect(hostEnvironment('ingest', 1, own, undefined)).toMatchObject(own);
    expect(hostEnvironment('decode', 1, own, undefined)).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
  });

  it('turns debug output on only when it goes to a file', () => {
    expect(hostEnvironment('decode', 1, { GST_DEBUG: '9' }, undefined)).not.toHaveProperty('GST_DEBUG');
    expect(hostEnvironment('decode', 1, { GST_DEBUG: '9', GST_DEBUG_FILE: '/log' }, undefined)).toMatchObject({
      ...{ GST_DEBUG: '9', GST_DEBUG_FILE: '/log' },
    });
  });
});
