import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'SharedAccessSignature ';

type SasVerdict = { ok: true } | { ok: false; reason: string };

interface SasTarget {
  device: string;
  module?: string;
}

/**
 * Checks an IoT Hub service token: `SharedAccessSignature sr={resource}&sig={signature}&se={expiry}&skn={policy}`,
 * where the signature is the base64 HMAC-SHA256, under the shared access key, of the resource as it stands in the
 * token, a line feed and the expiry in Unix seconds. The host in the resource is whatever name the client knows this
 * server by, so it is not compared; a resource narrowed to a device or module must name the one that is called.
 *
 * @param key the shared access key, base64
 */
export const verifySasToken = (header: string, key: string, target: SasTarget, nowSeconds: number): SasVerdict => {
  if (!header.startsWith(PREFIX)) return { ok: false, reason: 'not a SharedAccessSignature' };
  const fields = fieldsOf(header.slice(PREFIX.length));
  const { sr, sig, se } = fields;
  if (sr === undefined || sig === undefined || se === undefined)
    return { ok: false, reason: 'sr, sig or se is missing' };
  if (!/^\d{1,12}$/.test(se)) return { ok: false, reason: 'se is not a time' };

  const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(`${sr}\n${se}`).digest();
  const given = Buffer.from(decoded(sig) ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { ok: false, reason: 'the signature does not match' };
  }
  // Checked after the signature, so that nobody without the key learns anything from the response.
  if (Number(se) <= nowSeconds) return { ok: false, reason: 'the token has expired' };
  if (!covers(decoded(sr), target)) return { ok: false, reason: 'the token is for another resource' };
  return { ok: true };
};

const fieldsOf = (text: string): Record<string, string | undefined> => {
  const fields: Record<string, string | undefined> = Object.create(null);
  for (const part of text.split('&')) {
    const equals = part.indexOf('=');
    if (equals > 0) fields[part.slice(0, equals)] = part.slice(equals + 1);
  }
  return fields;
};

/** `hub.example`, `hub.example/devices/d` or `hub.example/devices/d/modules/m`. */
const covers = (resource: string | undefined, target: SasTarget): boolean => {
  if (resource === undefined) return false;
  const [, devices, device, modules, module, ...rest] = resource.split('/');
  if (devices === undefined) return true;
  if (devices !== 'devices' || device !== target.device || rest.length > 0) return false;
  return modules === undefined || (modules === 'modules' && module === target.module);
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};
