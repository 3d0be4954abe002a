type Json = Record<string, unknown>;

const text: Json = { type: 'string' };
const count: Json = { type: 'integer' };
const flag: Json = { type: 'boolean' };
const texts: Json = { type: 'array', items: text };
const object = (properties: Json, required: string[] = []): Json => ({
  type: 'object',
  ...(required.length > 0 ? { required } : {}),
  properties,
});

const encoder = object(
  {
    encoding: { type: 'string', enum: ['jpeg', 'h264', 'mpeg4'] },
    quality: { type: 'number' },
    resolution: object({ width: count, height: count }, ['width', 'height']),
    rateControl: object({
      bitRateLimit: count,
      encodingInterval: count,
      frameRateLimit: count,
      guaranteedFrameRate: flag,
    }),
    h264: object({ govLength: count, profile: text }),
    mpeg4: object({ govLength: count, profile: text }),
  },
  ['encoding'],
);

/** Payloads and answers of onvifDeviceDiscover and onvifDeviceGet. */
export const ONVIF_SCHEMAS: Record<string, Json> = {
  OnvifDiscoverRequest: object({
    '@apiVersion': { type: 'string', enum: ['1.0', '1.1'] },
    discoveryDuration: { ...text, description: 'ISO-8601, PT1S to PT5M.', default: 'PT5S' },
  }),
  OnvifDiscoverResult: object(
    {
      value: {
        type: 'array',
        items: object({ serviceIdentifier: text, remoteIPAddress: text, scopes: texts, endpoints: texts }),
      },
    },
    ['value'],
  ),
  OnvifGetRequest: {
    ...object({
      '@apiVersion': { type: 'string', enum: ['1.0', '1.1'] },
      endpoint: {
        type: 'object',
        required: ['url'],
        description: 'As in a topology: UnsecuredEndpoint or TlsEndpoint.',
        properties: { url: text },
      },
      remoteIPAddress: text,
      username: text,
      password: text,
    }),
    anyOf: [{ required: ['endpoint'] }, { required: ['remoteIPAddress'] }],
  },
  OnvifDevice: object(
    {
      hostname: object({ fromDhcp: flag, hostname: text }),
      systemDateTime: object({ type: { type: 'string', enum: ['ntp', 'manual'] }, time: text, timeZone: text }),
      dns: object({ fromDhcp: flag, ipv4Address: texts, ipv6Address: texts }),
      mediaProfiles: {
        type: 'array',
        items: object({ name: text, mediaUri: object({ uri: text }), videoEncoderConfiguration: encoder }),
      },
    },
    ['mediaProfiles'],
  ),
};
