import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifySasToken } from '../../../../engine/api/sas-token.js';

const KEY = Buffer.from('a key of thirty-two bytes, only 4').toString('base64');
const NOW = 1_700_000_000;
// printf 'hub.example\n2000000000' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00010203 -binary | base64
const FOREIGN = '85KElpgzqyC6zz2pPrw/8gIBdFhweOiJ9nwLNztt70Q=';

const token = (resource: string, expiry: number | string = NOW + 60, key = KEY): string => {
  const sr = encodeURIComponent(resource);
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(`${sr}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(sig)}&se=${expiry}&skn=service`;
};

const target = { device: 'edge-1', module: 'avaedge' };
const verdict = (header: string) => verifySasToken(header, KEY, target, NOW);

describe('SAS tokens', () => {
  it('lets in who knows the key, for the hub or for what is called', () => {
    for (const resource of [
      'hub.example',
      'hub.example/devices/edge-1',
      'hub.example/devices/edge-1/modules/avaedge',
    ]) {
      expect(verdict(token(resource)), resource).toEqual({ ok: true });
    }
  });

  it('agrees with a signature made elsewhere', () => {
    const header = `SharedAccessSignature sr=hub.example&sig=${encodeURIComponent(FOREIGN)}&se=2000000000&skn=service`;
    expect(verifySasToken(header, 'AAECAw==', target, NOW)).toEqual({ ok: true });
  });

  it('turns away everything else', () => {
    const other = Buffer.from('another key').toString('base64');
    const refused: Array<[string, RegExp]> = [
      ['', /not a SharedAccessSignature/],
      ['Bearer abc', /not a SharedAccessSignature/],
      ['SharedAccessSignature ', /missing/],
      ['SharedAccessSignature sr=a&sig=%&se=9999999999', /signature/],
      [token('hub.example', NOW + 60, other), /signature/],
      [token('hub.example').replace('hub.example', 'hub.other'), /signature/],
      [token('hub.example').replace(String(NOW + 60), String(NOW + 61)), /signature/],
      [token('hub.example', NOW), /expired/],
      [token('hub.example', 'never'), /se is not a time/],
      [token('hub.example/devices/edge-2'), /another resource/],
      [token('hub.example/devices/edge-1/modules/other'), /another resource/],
      [token('hub.example/devices/edge-1/modules/avaedge/more'), /another resource/],
      [token('hub.example/jobs'), /another resource/],
    ];
    for (const [header, reason] of refused) {
      const result = verdict(header);
      expect(result.ok, header).toBe(false);
      expect(result.ok === false && result.reason).toMatch(reason);
    }
  });
});
