/** The topologies that the page makes for cameras: AVA's form, and nothing that could not be written by hand. */

export interface CameraWishes {
  /** `rtsp://…` or `rtsps://…`, without credentials. */
  address: string;
  /** Empty where the camera asks for none. */
  user: string;
  password: string;
  records: 'motion' | 'always';
  sensitivity: 'low' | 'medium' | 'high';
  /** How long recordings stay. */
  days: number;
}

const AVA = '#Microsoft.VideoAnalyzer';

/** One topology for all cameras that are wanted alike: what differs between them are its parameters. */
export const topologyOf = ({ address, user, records }: CameraWishes) => {
  const isSecure = /^rtsps:/i.test(address);
  const hasLogin = user !== '';
  const name = ['camera', records, ...(hasLogin ? ['login'] : []), ...(isSecure ? ['tls'] : [])].join('-');
  return {
    name,
    properties: {
      description: `Made by the page: ${records === 'motion' ? 'records motion, from 5 s before it' : 'records always'}`,
      parameters: [
        { name: 'rtspUrl', type: 'string' },
        ...(hasLogin
          ? [
              { name: 'rtspUserName', type: 'string' },
              { name: 'rtspPassword', type: 'secretString' },
            ]
          : []),
        { name: 'sensitivity', type: 'string', default: 'medium' },
        { name: 'retention', type: 'string', default: 'P30D' },
      ],
      sources: [sourceOf(isSecure, hasLogin)],
      processors: [DETECTOR, ...(records === 'motion' ? [GATE] : [])],
      sinks: [sinkOf(records === 'motion' ? ['gate'] : ['camera', 'motion'])],
    },
  };
};

/** What a live pipeline gives to that topology. */
export const parametersOf = (wishes: CameraWishes): { name: string; value: string }[] => {
  const { address, user, password, sensitivity, days } = wishes;
  const values: Record<string, string> = {
    rtspUrl: address,
    ...(user === '' ? {} : { rtspUserName: user, rtspPassword: password }),
    sensitivity,
    retention: `P${days}D`,
  };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
};

const sourceOf = (isSecure: boolean, hasLogin: boolean) => ({
  '@type': `${AVA}.RtspSource`,
  name: 'camera',
  transport: 'tcp',
  endpoint: {
    '@type': `${AVA}.${isSecure ? 'TlsEndpoint' : 'UnsecuredEndpoint'}`,
    url: '${rtspUrl}',
    ...(hasLogin
      ? {
          credentials: {
            '@type': `${AVA}.UsernamePasswordCredentials`,
            username: '${rtspUserName}',
            password: '${rtspPassword}',
          },
        }
      : {}),
  },
});

const DETECTOR = {
  '@type': `${AVA}.MotionDetectionProcessor`,
  name: 'motion',
  sensitivity: '${sensitivity}',
  inputs: [{ nodeName: 'camera', outputSelectors: [{ property: 'mediaType', operator: 'is', value: 'video' }] }],
};

/** Opens at the first motion, with what was before it, and stays open while there is more. */
const GATE = {
  '@type': `${AVA}.SignalGateProcessor`,
  name: 'gate',
  inputs: [{ nodeName: 'motion' }, { nodeName: 'camera' }],
  activationEvaluationWindow: 'PT1S',
  activationSignalOffset: '-PT5S',
  minimumActivationTime: 'PT10S',
  maximumActivationTime: 'PT5M',
};

const sinkOf = (inputs: readonly string[]) => ({
  '@type': `${AVA}.VideoSink`,
  name: 'video',
  inputs: inputs.map((nodeName) => ({ nodeName })),
  videoName: '${System.PipelineName}',
  videoCreationProperties: {
    title: '${System.PipelineName}',
    description: 'A camera that was added on the page',
    segmentLength: 'PT30S',
    retentionPeriod: '${retention}',
  },
  localMediaCachePath: '/var/lib/videoanalyzer/tmp/',
  localMediaCacheMaximumSizeMiB: '2048',
});

/** Rules of live pipelines' names. */
export const isCameraName = (name: string): boolean => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name);

/** A name that is allowed, out of any words. */
export const cameraNameOf = (words: string): string =>
  words
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32)
    .replace(/-+$/, '');

/** Takes credentials out of an address: they belong where they are not shown. Undefined for what is no address of a stream. */
export const addressParts = (text: string): Pick<CameraWishes, 'address' | 'user' | 'password'> | undefined => {
  const found = /^\s*(rtsps?:\/\/)(?:([^/?#]*)@)?([^@/?#\s]+(?:[/?#]\S*)?)\s*$/i.exec(text);
  if (!found) return undefined;
  const [, scheme = '', login = '', rest = ''] = found;
  const colon = login.indexOf(':');
  const [user, password] = colon === -1 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
  return { address: `${scheme}${rest}`, user: decoded(user), password: decoded(password) };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
