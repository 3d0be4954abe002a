import type { Clock } from '../core/clock.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { OnvifDevice } from './device.js';
import { OnvifError } from './errors.js';

/** As AVA's onvifDeviceGet gives it. What a device does not tell is left out. */
export interface OnvifDeviceDescription {
  hostname?: { fromDhcp?: boolean; hostname?: string };
  systemDateTime?: { type?: 'ntp' | 'manual'; time?: string; timeZone?: string };
  dns?: { fromDhcp?: boolean; ipv4Address: string[]; ipv6Address: string[] };
  mediaProfiles: OnvifMediaProfile[];
}

export interface OnvifMediaProfile {
  name?: string;
  mediaUri?: { uri: string };
  videoEncoderConfiguration?: {
    encoding: 'jpeg' | 'h264' | 'mpeg4';
    quality?: number;
    resolution?: { width: number; height: number };
    rateControl?: {
      bitRateLimit?: number;
      encodingInterval?: number;
      frameRateLimit?: number;
      guaranteedFrameRate?: boolean;
    };
    h264?: { govLength?: number; profile?: string };
    mpeg4?: { govLength?: number; profile?: string };
  };
}

const MAX_PROFILES = 64;
const ENCODINGS: Record<string, 'jpeg' | 'h264' | 'mpeg4'> = { JPEG: 'jpeg', H264: 'h264', MPEG4: 'mpeg4' };

/** Asks a device what it is and what it streams. Throws an OnvifError. */
export const getOnvifDevice = async (
  endpoint: ResolvedEndpoint,
  clock: Clock,
  timeoutMs?: number,
): Promise<OnvifDeviceDescription> => {
  const device = new OnvifDevice({ endpoint, clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  try {
    await device.connect();
    const hostname = await optional(device.hostname);
    const dateTime = await optional(() => device.systemDateTime());
    const dns = await optional(device.dns);
    return {
      ...(hostname === undefined ? {} : { hostname: hostnameOf(hostname) }),
      ...(dateTime === undefined ? {} : { systemDateTime: dateTimeOf(dateTime) }),
      ...(dns === undefined ? {} : { dns: dnsOf(dns) }),
      mediaProfiles: await profilesOf(device),
    };
  } finally {
    device.close();
  }
};

/** Few devices know every question. Those that do not answer at all, or refuse us, are another matter. */
const optional = async (ask: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof OnvifError && (thrown.code === 'OnvifFault' || thrown.code === 'OnvifBadAnswer'))
      return undefined;
    throw thrown;
  }
};

const profilesOf = async (device: OnvifDevice): Promise<OnvifMediaProfile[]> => {
  if (!device.has('media') && !device.has('media2')) return [];
  let raw = device.hasMedia2 ? await optional(device.profiles) : undefined;
  if (raw === undefined) {
    device.withoutMedia2();
    raw = await device.profiles();
  }
  const profiles: OnvifMediaProfile[] = [];
  for (const each of listOf(raw).slice(0, MAX_PROFILES)) {
    const profile = profileOf(each);
    if (!profile) continue;
    const token = textOf(at(each, '$', 'token'));
    const answer = token === undefined ? undefined : await optional(() => device.streamUri(token));
    const uri = textOf(at(answer, 'uri')) ?? textOf(at(answer, 'mediaUri', 'uri'));
    profiles.push({ ...profile, ...(uri === undefined ? {} : { mediaUri: { uri } }) });
  }
  return profiles;
};

/** Undefined for what AVA could not take: H.265, metadata. */
const profileOf = (raw: unknown): OnvifMediaProfile | undefined => {
  const name = textOf(at(raw, 'name'));
  const encoder = at(raw, 'videoEncoderConfiguration');
  const encoding = ENCODINGS[textOf(at(encoder, 'encoding'))?.toUpperCase() ?? ''];
  if (!encoding) return undefined;
  const width = numberOf(at(encoder, 'resolution', 'width'));
  const height = numberOf(at(encoder, 'resolution', 'height'));
  const rate = at(encoder, 'rateControl');
  // ONVIF Media 2 has as attributes what Media 1 has as elements.
  const govLength = numberOf(at(encoder, encoding.toUpperCase(), 'govLength') ?? at(encoder, '$', 'GovLength'));
  const codecProfile = textOf(
    at(encoder, 'H264', 'H264Profile') ?? at(encoder, 'MPEG4', 'mpeg4Profile') ?? at(encoder, '$', 'Profile'),
  )?.toLowerCase();
  const codec = defined({ govLength, profile: codecProfile });
  return {
    ...defined({ name }),
    videoEncoderConfiguration: {
      encoding,
      ...defined({ quality: numberOf(at(encoder, 'quality')) }),
      ...(width !== undefined && height !== undefined ? { resolution: { width, height } } : {}),
      ...(rate === undefined
        ? {}
        : {
            rateControl: defined({
              bitRateLimit: numberOf(at(rate, 'bitrateLimit')),
              encodingInterval: numberOf(at(rate, 'encodingInterval')),
              frameRateLimit: numberOf(at(rate, 'frameRateLimit')),
              guaranteedFrameRate: flagOf(at(encoder, '$', 'GuaranteedFrameRate')),
            }),
          }),
      ...(encoding === 'jpeg' || Object.keys(codec).length === 0 ? {} : { [encoding]: codec }),
    },
  };
};

const hostnameOf = (raw: unknown): NonNullable<OnvifDeviceDescription['hostname']> =>
  defined({ fromDhcp: flagOf(at(raw, 'fromDHCP')), hostname: textOf(at(raw, 'name')) });

const dnsOf = (raw: unknown): NonNullable<OnvifDeviceDescription['dns']> => {
  const servers = [...listOf(at(raw, 'DNSFromDHCP')), ...listOf(at(raw, 'DNSManual'))];
  const addresses = (name: string): string[] => servers.flatMap((server) => textOf(at(server, name)) ?? []);
  return {
    ...defined({ fromDhcp: flagOf(at(raw, 'fromDHCP')) }),
    ipv4Address: addresses('IPv4Address'),
    ipv6Address: addresses('IPv6Address'),
  };
};

const dateTimeOf = (raw: unknown): NonNullable<OnvifDeviceDescription['systemDateTime']> => {
  const body = at(raw, 'getSystemDateAndTimeResponse', 'systemDateAndTime');
  const type = textOf(at(body, 'dateTimeType'))?.toLowerCase();
  const part = (group: string, name: string): number => numberOf(at(body, 'UTCDateTime', group, name)) ?? Number.NaN;
  const time = new Date(
    Date.UTC(
      part('date', 'year'),
      part('date', 'month') - 1,
      part('date', 'day'),
      part('time', 'hour'),
      part('time', 'minute'),
      part('time', 'second'),
    ),
  );
  return defined({
    type: type === 'ntp' || type === 'manual' ? type : undefined,
    time: Number.isNaN(time.getTime()) ? undefined : time.toISOString(),
    timeZone: textOf(at(body, 'timeZone', 'TZ')),
  });
};

/** Drops what is undefined. */
const defined = <T extends Record<string, unknown>>(object: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

const at = (node: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    node,
  );

const listOf = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
/** The library has made a number of a name that looks like one. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) && value !== '' ? number : undefined;
};
const flagOf = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined;
