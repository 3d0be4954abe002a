import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FakeMedia } from './fake-media.js';
import { groupAccessUnits, type NalCodec, nalType, packetizeNal, rtpPacket, sdpOf, splitNals } from './h264-bytes.js';
import { pcmSets, pcmSlice } from './pcm-video.js';

/** A picture as it is sent. */
export interface OddPicture {
  nals: Uint8Array[];
  /** When it is shown, as a number of pictures. */
  shown: number;
}

export interface OddStream {
  codec: NalCodec;
  /** Those of the description, whether or not they come with the stream as well. */
  sets: Uint8Array[];
  pictures: OddPicture[];
  /** Which packets are marked; without it, the last one of each picture. */
  marked?: (nal: Uint8Array, last: boolean) => boolean;
}

/** Pictures of a stream, which then begins again: longer than a clip. */
const PICTURES = 500;
export const ODD_FPS = 25;
/** From one picture at which decoding can start to the next. */
const GOP = 25;

const SOURCE = `testsrc2=size=320x192:rate=${ODD_FPS},format=gray,format=yuv420p`;

const encoded = (codec: NalCodec, params: string, options: readonly string[] = []): OddStream => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-odd-'));
  const file = join(dir, 'stream.mkv');
  const own = `keyint=${GOP}:scenecut=0:${params}${codec === 'h265' ? ':log-level=error' : ''}`;
  const encoder =
    codec === 'h264' ? ['-c:v', 'libx264', '-x264-params', own] : ['-c:v', 'libx265', '-x265-params', own];
  try {
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', SOURCE, '-frames:v', String(PICTURES)],
      ...['-preset', 'veryfast', '-threads', '1', ...options, ...encoder, file],
    ]);
    const raw = execFileSync(
      'ffmpeg',
      ['-v', 'error', '-i', file, '-c', 'copy', '-f', codec === 'h264' ? 'h264' : 'hevc', '-'],
      { maxBuffer: 1 << 28 },
    );
    const times = execFileSync('ffprobe', [
      ...['-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file],
    ]);
    const shown = times
      .toString()
      .trim()
      .split('\n')
      .map((text) => Math.round(Number.parseFloat(text) * ODD_FPS));
    const nals = splitNals(raw);
    const units = groupAccessUnits(nals, codec);
    if (units.length !== PICTURES) throw new Error(`${units.length} pictures of ${PICTURES}`);
    return {
      codec,
      sets: firstSets(nals, codec),
      pictures: units.map((unit, index) => ({ nals: unit, shown: shown[index]! })),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

const isSet = (nal: Uint8Array, codec: NalCodec): boolean =>
  codec === 'h264' ? [7, 8].includes(nalType(nal)) : [32, 33, 34].includes(nalType(nal, codec));

const firstSets = (nals: readonly Uint8Array[], codec: NalCodec): Uint8Array[] => [
  ...new Map(nals.filter((nal) => isSet(nal, codec)).map((nal) => [nalType(nal, codec), nal])).values(),
];

const withoutSets = (stream: OddStream): OddStream => ({
  ...stream,
  pictures: stream.pictures.map(({ nals, shown }) => ({
    nals: nals.filter((nal) => !isSet(nal, stream.codec)),
    shown,
  })),
});

/** @param slices of the picture with this number, of which each `GOP`th may be a beginning */
const pcm = (fields: boolean, slices: (index: number) => Uint8Array[]): OddStream => ({
  codec: 'h264',
  sets: pcmSets(fields),
  pictures: Array.from({ length: PICTURES }, (_, index) => ({ nals: slices(index), shown: index })),
});

/** Not the same for any two pictures that are near to each other, and no other way round either. */
const lumaOf = (index: number): number => (index * 37) % 199;

const fieldPairs = (bottomOf: (index: number, idr: boolean) => { luma?: number; predicted: boolean }): OddStream =>
  pcm(true, (index) => {
    const number = index % GOP;
    const idr = number === 0;
    const common = { fields: true, number, row: 0, rows: 2 };
    const { luma, predicted } = bottomOf(index, idr);
    const top = pcmSlice({ ...common, idr, luma: lumaOf(index), predicted: !idr });
    const bottom = pcmSlice({ ...common, idr: false, bottom: true, luma, predicted });
    return idr ? [...pcmSets(true), top, bottom] : [top, bottom];
  });

const marked = (which: NonNullable<OddStream['marked']>): OddStream => ({
  ...encoded('h264', 'bframes=0:slices=2:pic-struct=1:nal-hrd=vbr:vbv-maxrate=2000:vbv-bufsize=2000:repeat-headers=1'),
  marked: which,
});

const SEI = 6;

export const ODD_STREAMS: Readonly<Record<string, () => OddStream>> = {
  'intra refresh, sets only in the description': () => withoutSets(encoded('h264', 'intra-refresh=1:bframes=0:ref=1')),
  'one intra slice in each picture': () =>
    pcm(false, (index) => {
      const number = index % (2 * GOP);
      const idr = number === 0;
      const slices = [0, 1, 2, 3].map((row) =>
        pcmSlice({
          ...{ fields: false, idr, number, row, rows: 1 },
          luma: idr || row === index % 4 ? lumaOf(index + row) : undefined,
        }),
      );
      return idr ? [...pcmSets(false), ...slices] : slices;
    }),
  'an IDR picture every 20 s, intra pictures between': () =>
    pcm(false, (index) => {
      const intra = index % GOP === 0;
      const common = { fields: false, idr: index === 0, number: index };
      if (intra) return [pcmSlice({ ...common, row: 0, rows: 4, luma: lumaOf(index) })];
      return [
        pcmSlice({ ...common, row: 0, rows: 1, luma: lumaOf(index), predicted: true }),
        pcmSlice({ ...common, row: 1, rows: 3, luma: undefined }),
      ];
    }),
  // Without a pyramid of B pictures: with one, x264 tells decoders to forget pictures from before the beginning. ffmpeg
  // passes over that, and Chromium refuses the clip.
  'an open GOP of H.264': () => encoded('h264', 'open-gop=1:bframes=2:b-adapt=0:b-pyramid=0'),
  'an open GOP of H.265': () => encoded('h265', 'open-gop=1:bframes=2:b-adapt=0'),
  'interlaced frames': () => encoded('h264', 'tff=1:bframes=0:slices=2', ['-flags', '+ilme+ildct']),
  'field pairs, the second one predicted': () =>
    fieldPairs((index, idr) => ({ ...(idr ? {} : { luma: lumaOf(index + 1) }), predicted: true })),
  'field pairs, both intra': () => fieldPairs((index, idr) => ({ luma: lumaOf(index + 1), predicted: !idr })),
  'a marker bit with every NAL unit': () => marked(() => true),
  'a marker bit with the message in front only': () => marked((nal) => nalType(nal) === SEI),
  'no marker bits': () => marked(() => false),
};

const PAYLOAD_TYPE = 96;
const MTU = 1400;

/** The stream for the fake server, over and over. Pictures come one by one, each when its turn is. */
export const oddMedia = ({ codec, sets, pictures, marked }: OddStream): FakeMedia => ({
  sdp: sdpOf(sets, codec, PAYLOAD_TYPE),
  *bursts() {
    let sequence = 0;
    for (let index = 0; ; index++) {
      const round = Math.floor(index / pictures.length);
      const { nals, shown } = pictures[index % pictures.length]!;
      const timestamp = Math.round(((round * pictures.length + shown) * 90_000) / ODD_FPS);
      const packets = nals.flatMap((nal, place) =>
        packetizeNal(nal, MTU, codec).map((payload, part, parts) => {
          const lastPart = part === parts.length - 1;
          const last = lastPart && place === nals.length - 1;
          const marker = marked === undefined ? last : lastPart && marked(nal, last);
          return rtpPacket(
            { payloadType: PAYLOAD_TYPE, sequence: sequence++, timestamp, ssrc: 0x0dd, marker },
            payload,
          );
        }),
      );
      yield { at: index / ODD_FPS, packets };
    }
  },
});

/** As a byte stream, all sets in front. */
export const oddBytes = ({ sets, pictures }: OddStream): Buffer =>
  Buffer.concat([...sets, ...pictures.flatMap(({ nals }) => nals)].flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]));
