import type { StreamCaps } from '../../bridge/index.js';
import type { MuxUnit } from '../mux/types.js';

/** A second of H.264, 96 by 64, a test picture with a clock: one keyframe and nine others. As Base64, a picture each. */
const PICTURES: readonly string[] = [
  [
    'AAAAAWdCwAqmERibARAAAAMAEAAAAwFA8SJhGAAAAAFoyEIDEsgAAAFliIIv/h9LRyFAB+KHwUUtcAkISMovCbxbB4NiAIZZGNr3',
    'by4X/xrgSW1vU/Pbvi4SIUUEABBwuoQAn9f8BEMY5xnfroMP//+CtRQeDIFBgCALFcVwdBMYOgmIzAcLsAAICCYIgACB/EAOxXFc',
    'HQTEHQTH8D+HBYYMtHNwlBsEBKA4yCt7HwAxc1QM366/4edPw2eKHkhgAi7vu8AwAxAgQGtp/Cbs2JBsYAG9/0jx4//D8MOQAQfb',
    'K8yOyIGRBg6YxEz5pctxXLQTEHQTCdszKrTP6FqCR56f/wAKVyc6N1kM9pNdW3TXIrhGa1kfzuCJjS/wZUvT/D7DeK2dHP3o9EXp',
    'h+WA/6ufM////0hYITAEzXxx4YVrqNeenp6eGIwUv3G4R+4QGxv6sodd/6EBKKybeVnL//r+wQDYE5j9chmp36XmMA9dQhkFNflc',
    'KPm0vGWieBgFg4QUKBlU+rlVRiWYR2oj/NhMg1KvVd7wo++FDcQMANApkVnvF8tVAMzMrIwX57fcfwCAAFDSr18KCy4SQwQJBIDu',
    '5bSwNcLUM3/SsHGGaK93ubDUwutSx8KAAIDAeAwX6c/BlSweROh3J2WborUegfjkSt/X3xvPYQV8CMAYE8Cbm3Y74AV7cPsRT0Aw',
    'DAIAHBe36zycMt4GrCQRwii5/yTJB2mKlw==',
  ].join(''),
  'AAAAAUGaHF3gID8Xgf/A/64EMhndU0glCdWPqnXA/KRNDgP39Ui9Tpg=',
  'AAAAAUGaKhcJrHR9Zawh1h/qResd9YS6ufqdWA==',
  'AAAAAUGaOwnCZfHe7/W/6kWKx20nNY7J+kdM',
  'AAAAAUGaSQJwmsJQn1hLS9rCW99f6+/BEOrU6YA=',
  'AAAAAUGaWUNwnkgjNJe/6kXrHfWEvrCX/U6LgA==',
  'AAAAAUGaaYNwm6HdUAn4IRD3fTusVz8uTU/vNpUBaWEusSDA',
  'AAAAAUGaecEcJrCkK/1FiOFY7W/8vhr1nmb7cm5f/oEWtTrM',
  'AAAAAUGaiIBXCfn6dfn0+/PIv737rFfWGOrn6i21hjoQkGA=',
  'AAAAAUGamJB3CfqnX1Is1iv6okv19+v8',
];

const EVERY_MICROS = 100_000;

export const SECOND_CAPS: StreamCaps = {
  ...{ track: 'video', mediaType: 'video/x-h264', width: 96, height: 64 },
  text: 'video/x-h264, stream-format=(string)byte-stream, alignment=(string)au, width=(int)96, height=(int)64',
};

export const secondOfVideo = (): MuxUnit[] =>
  PICTURES.map((picture, index) => ({
    ...{ track: 'video', key: index === 0, pts: index * EVERY_MICROS, duration: EVERY_MICROS },
    payload: Buffer.from(picture, 'base64'),
  }));
