import type { HardwareKind } from '../hardware.js';
import type { StillCodec } from '../hosts/protocol.js';
import { type CodedFormat, isCoded, type PictureFormat, type RawFormat } from '../pictures.js';
import type { NalCodec, VideoCodec } from '../types.js';
import { GST_FORMATS } from './caps.js';
import type { EncodedKind, SoundKind } from './encoded-kind.js';

/**
 * The launch texts of all filters. They hold only fixed words and small integers, because gst_parse_launch would parse
 * anything else as well. URLs, credentials, paths and caps are set as properties of the named elements afterwards.
 */

/** Names by which the host finds elements. */
export const ElementName = { source: 'src', encoder: 'encoder' } as const;

/** Name of the element whose caps are the size and format of a decoder's pictures with this index. */
export const sizeElement = (index: number): string => (index === 0 ? 'size' : `size${index}`);

/** Name of the element whose caps are the size that a still takes on its way to the one that is wanted. */
export const HALFWAY = 'halfway';

const codecs = {
  h264: {
    depay: 'rtph264depay',
    raw: 'video/x-h264',
  },
  h265: {
    depay: 'rtph265depay',
    raw: 'video/x-h265',
  },
} as const;

/** MJPEG needs less: each picture stands by itself. */
const JPEG = 'image/jpeg';

/** Software decoders, best first. A host takes the first that is installed. */
export const decoders = {
  h264: ['avdec_h264 max-threads=1 max-errors=-1 qos=false output-corrupt=true', 'openh264dec max-errors=-1 qos=false'],
  h265: ['avdec_h265 max-threads=1 max-errors=-1 qos=false output-corrupt=true', 'libde265dec max-threads=1 qos=false'],
  mjpeg: ['jpegdec max-errors=-1 qos=false', 'avdec_mjpeg max-threads=1 max-errors=-1 qos=false'],
} as const satisfies Record<VideoCodec, readonly string[]>;

/**
 * Decoders that are not the processor's, by their kind; of each the first that can be made is taken. Their pictures come to
 * system memory and are scaled there. Some properties came and went with versions, so each is there without them as well.
 * `compliance=normal`, `low-latency` and `max-display-delay=0`: otherwise a picture waits for as many others as the stream
 * might reorder, which for most cameras is none.
 */
export const hardwareDecoders = {
  h264: {
    nvdec: inSystemMemory('nvh264dec max-display-delay=0', 'nvh264dec', 'nvh264sldec compliance=normal'),
    vaapi: inSystemMemory('vah264dec compliance=normal', 'vah264dec', 'vaapih264dec low-latency=true'),
    v4l2: inSystemMemory('v4l2slh264dec compliance=normal', 'v4l2slh264dec'),
  },
  h265: {
    nvdec: inSystemMemory('nvh265dec max-display-delay=0', 'nvh265dec', 'nvh265sldec'),
    vaapi: inSystemMemory('vah265dec', 'vaapih265dec'),
    v4l2: inSystemMemory('v4l2slh265dec'),
  },
} as const satisfies Record<NalCodec, Record<HardwareKind, readonly string[]>>;

function inSystemMemory(...texts: string[]): string[] {
  return texts.map((text) => `${text} qos=false ! video/x-raw`);
}

/** What comes before the scaling of stills: nothing has to be done with pictures that are decoded already. */
export const stillDecoders = { ...decoders, raw: ['identity'] } as const satisfies Record<
  StillCodec,
  readonly string[]
>;

/**
 * RTP packets, as the process around it pushes them, to NAL units. Their times are those of the packets. What makes a
 * picture of them is bridge/units; parsers of GStreamer would go by the marker bits.
 * - max-bytes=0: the source takes what it is given; whoever gives it looks at how much that is.
 * - No queue: it would be one more thread to wake for each unit, a fifth of what ingest costs. While the engine does not
 *   read, its cameras wait.
 * - The caps in front of gdppay are fixed; gdppay 1.22 crashes on open ones.
 */
export const ingestText = (codec: VideoCodec, laneFd: number): string => {
  const depay =
    codec === 'mjpeg'
      ? `rtpjpegdepay ! ${JPEG}`
      : `${codecs[codec].depay} ! ${codecs[codec].raw},stream-format=byte-stream,alignment=nal`;
  return [
    `appsrc name=${ElementName.source} is-live=true format=time max-bytes=0 emit-signals=false`,
    `! ${depay} ! gdppay ! fdsink fd=${fd(laneFd)} sync=false async=false`,
  ].join(' ');
};

/** What matters of a picture for the branch that makes it. */
export interface BranchShape {
  /** It becomes smaller than half: then every pixel of the source must count, or fine textures flicker. */
  shrunk: boolean;
  borders: boolean;
  format: PictureFormat;
}

/**
 * Access units to pictures. No parser: the units are whole and carry full caps already. Size and format are the
 * property `caps` of the element `size`, so that one pipeline serves all of them. Pictures that are not wanted end in
 * the decoder, see picture-gate.ts. Nothing here has `qos=true`: each late picture would be a message on the bus, and the
 * binding leaks a little with each.
 *
 * Scaling 1080p to 320x180 takes 0.9 ms with `bilinear` and 4.5 ms with `bilinear2`; decoding it takes 3.3 ms. Between two
 * pictures of a fine pattern that moves, `bilinear` gives differences of 16 grey levels and `bilinear2` of 0.3. At half
 * the size or more both are alike.
 *
 * Several pictures from one decoder take a branch each. No queues: the decoder's thread pushes a picture through one
 * branch after the other, and gdppay makes one buffer of each packet, so that packets stay whole and in the branches'
 * order. `forward-sticky-events=false`: with each change of branch the funnel would repeat a segment that begins at byte
 * 0, and fdsink would fail to seek there.
 *
 * What becomes a file is encoded in its branch, one picture after the other.
 */
export const decodeText = (decoder: string, laneFd: number, shapes: readonly BranchShape[]): string => {
  const units = `fdsrc fd=${fd(laneFd)} blocksize=65536 do-timestamp=false ! gdpdepay ! ${decoder}`;
  const lane = `fdsink fd=${fd(laneFd)} sync=false async=false`;
  const branches = shapes.map(({ shrunk, borders, format }, index) =>
    [
      `videoconvertscale method=${shrunk ? 'bilinear2' : 'bilinear'} add-borders=${borders} qos=false`,
      `! capsfilter name=${sizeElement(index)}`,
      ...(isCoded(format) ? [`! ${CODERS[format](encoderElement(index))}`] : []),
      '! gdppay',
    ].join(' '),
  );
  if (branches.length === 1) return `${units} ! ${branches[0]} ! ${lane}`;
  return [
    `${units} ! tee name=tee`,
    ...branches.map((branch) => `tee. ! ${branch} ! funnel.`),
    `funnel name=funnel forward-sticky-events=false ! ${lane}`,
  ].join(' ');
};

/** What the encoder of a file is given. */
const CODED_FROM: Readonly<Record<CodedFormat, RawFormat>> = { jpeg: 'i420', png: 'rgb', bmp: 'bgr' };

/** What an element `size` lets through. */
export const pictureCaps = (width: number, height: number, format: PictureFormat): string =>
  `video/x-raw,format=${GST_FORMATS[isCoded(format) ? CODED_FROM[format] : format]},width=${int(width)},height=${int(height)},pixel-aspect-ratio=1/1`;

/** What the element `halfway` lets through. Its size is always said: otherwise the first of two steps would be the only one. */
export const halfwayCaps = (width: number, height: number): string =>
  `video/x-raw,width=${int(width)},height=${int(height)}`;

/**
 * Keyframes, or pictures that are decoded already, to JPEGs, one after another. Small ones of large pictures are scaled in two steps, of which the first leaves some pixels
 * out: from 1080p to 320x180 that takes two fifths of the time of one step in which every pixel counts, and the difference is at
 * -40 dB. Whoever compares pictures with each other needs those (`decodeText`); people do not see it. A picture that the decoder holds back for reordering comes out when the segment is
 * said to be done (gdp-writer.ts): decoders pass that on at once, behind their last picture. How it ends up is not told by what comes
 * out of the encoder, which keeps all until another picture comes, and nothing comes if none could be decoded. So a mark goes
 * past both, behind all that came out of them: each unit takes the first way to its end before it takes the second.
 */
export const stillText = (decoder: string, laneFd: number): string =>
  [
    `fdsrc fd=${fd(laneFd)} blocksize=65536 do-timestamp=false ! gdpdepay ! tee name=tee`,
    `tee. ! identity drop-buffer-flags=marker ! ${decoder} ! videoconvertscale method=bilinear add-borders=false qos=false`,
    `! capsfilter name=${HALFWAY} ! videoconvertscale method=bilinear2 add-borders=false qos=false`,
    `! capsfilter name=${sizeElement(0)} ! ${TO_JFIF} ! jpegenc name=${ElementName.encoder} ! gdppay ! funnel.`,
    'tee. ! identity drop-buffer-flags=discont+delta-unit ! gdppay ! funnel.',
    `funnel name=funnel forward-sticky-events=false ! fdsink fd=${fd(laneFd)} sync=false async=false`,
  ].join(' ');

/**
 * JPEGs have the whole range of values, and the colours of BT.601. GStreamer 1.22 converts the range only where it converts
 * the colours as well, which the way over RGB makes it do.
 */
const TO_JFIF = 'videoconvert ! video/x-raw,format=BGRx ! videoconvert ! video/x-raw,format=I420,colorimetry=1:4:0:0';

/** Name of the encoder of a branch whose pictures become files. */
export const encoderElement = (index: number): string => `${ElementName.encoder}${index}`;

/** Encoders of pictures. A PNG takes ten times as long with zlib's default as with its fastest. */
const CODERS: Readonly<Record<CodedFormat, (name: string) => string>> = {
  jpeg: (name) => `${TO_JFIF} ! jpegenc name=${name}`,
  png: (name) => `pngenc name=${name} compression-level=1`,
  // The only encoder for these, avenc_bmp, moves times by a thousand hours, and wants a frame rate. Here the rows are only
  // put upside down, and bmp-file.ts adds the header.
  bmp: () => 'videoflip method=vertical-flip',
};

/**
 * Sound to AAC, or JPEGs to H.264: what MP4 takes. No jpegparse: it would take away how long pictures are shown. The parsers
 * behind the encoders say in the caps what a file says of its samples.
 */
export const encodeText = (kind: EncodedKind, laneFd: number): string => {
  const chain = kind === 'mjpeg' ? TO_H264 : [...soundDecoders[kind], ...toAac(kind)];
  return [
    `fdsrc fd=${fd(laneFd)} blocksize=65536 do-timestamp=false ! gdpdepay`,
    ...chain,
    `gdppay ! fdsink fd=${fd(laneFd)} sync=false async=false`,
  ].join(' ! ');
};

/** Every picture comes out at once, none is reordered. */
const TO_H264 = [
  'jpegdec max-errors=-1',
  'videoconvert ! video/x-raw,format=I420',
  'x264enc tune=zerolatency speed-preset=veryfast key-int-max=50',
  'h264parse config-interval=-1 ! video/x-h264,stream-format=byte-stream,alignment=au',
];

/** What is in front of the encoder. Damaged frames end nothing. */
const soundDecoders: Readonly<Record<SoundKind, readonly string[]>> = {
  alaw: ['alawdec max-errors=-1'],
  mulaw: ['mulawdec max-errors=-1'],
  g726: ['avdec_g726 max-errors=-1'],
  linear: [],
  opus: ['opusparse', 'opusdec max-errors=-1'],
  mpeg: ['mpegaudioparse', 'avdec_mp2float max-errors=-1'],
};

/**
 * What is encoded: always the same format, so that a camera that changes its own ends no file. Telephone sound has nothing
 * above 4 kHz, and is encoded with little effort.
 */
export const encodedAs = (sound: SoundKind): { rate: number; channels?: number } => {
  if (sound === 'mpeg') return { rate: 48_000, channels: 2 };
  return { rate: sound === 'alaw' || sound === 'mulaw' || sound === 'g726' ? 16_000 : 48_000 };
};

/**
 * Encoder and resampler count samples. In front of them, `audiorate` adds and drops some where they and the camera's times
 * are apart by more than `tolerance` (ns): a camera's sound and its pictures need not have the same clock.
 */
const toAac = (sound: SoundKind): string[] => {
  const { rate, channels } = encodedAs(sound);
  return [
    'audioconvert ! audiorate skip-to-first=true tolerance=10000000 ! audioresample',
    `audio/x-raw,rate=${rate}${channels === undefined ? '' : `,channels=${channels}`}`,
    // The slower search takes nearly three times as long.
    'avenc_aac bitrate=64000 aac-coder=fast',
    'aacparse ! audio/mpeg,mpegversion=4,stream-format=raw',
  ];
};

/** Samples of silence that the encoder puts in front of what it is given, without saying so. */
const PRIMING = 1024;

/** By how much what is encoded comes out later than it went in, in µs. */
export const encodingDelay = (kind: EncodedKind): number =>
  kind === 'mjpeg' ? 0 : Math.round((PRIMING * 1_000_000) / encodedAs(kind).rate);

const int = (value: number): number => {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`not a positive integer: ${value}`);
  return value;
};

const fd = (value: number): number => {
  if (!Number.isSafeInteger(value) || value < 3) throw new RangeError(`not a lane's file descriptor: ${value}`);
  return value;
};
