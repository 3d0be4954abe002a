import type { PictureFormat, VideoCodec } from '../types.js';

/**
 * The launch texts of all filters. They hold only fixed words and small integers, because gst_parse_launch would parse
 * anything else as well. URLs, credentials, paths and caps are set as properties of the named elements afterwards.
 */

/** Names by which the host finds elements. */
export const ElementName = { source: 'src', valve: 'valve', muxer: 'mux', file: 'file' } as const;

/** Name of the element whose caps are the size and format of a decoder's pictures with this index. */
export const sizeElement = (index: number): string => (index === 0 ? 'size' : `size${index}`);

const codecs = {
  h264: {
    encoding: 'H264',
    depay: 'rtph264depay',
    parse: 'h264parse',
    raw: 'video/x-h264',
    stored: 'stream-format=avc',
    timestamper: 'h264timestamper',
  },
  h265: {
    encoding: 'H265',
    depay: 'rtph265depay',
    parse: 'h265parse',
    raw: 'video/x-h265',
    stored: 'stream-format=hvc1',
    timestamper: 'h265timestamper',
  },
} as const;

/** Software decoders, best first. A host takes the first that is installed. */
export const decoders = {
  h264: ['avdec_h264 max-threads=1 max-errors=-1 qos=false output-corrupt=true', 'openh264dec max-errors=-1 qos=false'],
  h265: ['avdec_h265 max-threads=1 max-errors=-1 qos=false output-corrupt=true', 'libde265dec max-threads=1 qos=false'],
} as const satisfies Record<VideoCodec, readonly string[]>;

/**
 * Camera to access units.
 * - `:` links each pad that rtspsrc adds, in every connection; `!` would link once, and a second connection would have no
 *   media. Pads of other streams than the video we want fail to link and are ignored.
 * - buffer-mode=none: timestamps are those of the camera's RTP clock, from 0; nothing is smoothed, delayed or dropped here.
 * - config-interval=-1 puts SPS and PPS before every keyframe, so that a decoder or a clip can start at any.
 * - No queue: it would be one more thread to wake for each unit, a fifth of what ingest costs. While the engine does not
 *   read, its cameras wait.
 * - The valve is closed before a stop. A sink blocks on a buffer that arrives while it pauses; if the jitter buffer of
 *   rtspsrc 1.22 is full and waits for that sink, neither the pipeline nor the host can be stopped any more.
 * - While rtspsrc is stopped, this process does nothing else, so the relay cannot bring it the answer to its TEARDOWN, for
 *   which it would wait 100 ms. What `teardown-timeout` (in ns) leaves it is to send the request.
 * - The caps in front of gdppay are fixed; gdppay 1.22 crashes on open ones.
 */
export const ingestText = (codec: VideoCodec, laneFd: number): string => {
  const c = codecs[codec];
  return [
    `rtspsrc name=${ElementName.source} protocols=tcp+http latency=0 buffer-mode=none drop-on-latency=false`,
    `do-rtcp=true teardown-timeout=20000000 user-agent=Sluice : capsfilter caps=application/x-rtp,media=video,encoding-name=${c.encoding}`,
    `! ${c.depay} ! ${c.parse} config-interval=-1 ! ${c.raw},stream-format=byte-stream,alignment=au`,
    `! valve name=${ElementName.valve} ! gdppay ! fdsink fd=${fd(laneFd)} sync=false async=false`,
  ].join(' ');
};

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
 * @param shrunk for each picture whether it becomes smaller than half: then every pixel of the source must count, or fine
 *   textures flicker.
 */
export const decodeText = (decoder: string, laneFd: number, shrunk: readonly boolean[]): string => {
  const units = `fdsrc fd=${fd(laneFd)} blocksize=65536 do-timestamp=false ! gdpdepay ! ${decoder}`;
  const lane = `fdsink fd=${fd(laneFd)} sync=false async=false`;
  const branches = shrunk.map((each, index) =>
    [
      `videoconvertscale method=${each ? 'bilinear2' : 'bilinear'} add-borders=false qos=false`,
      `! capsfilter name=${sizeElement(index)} ! gdppay`,
    ].join(' '),
  );
  if (branches.length === 1) return `${units} ! ${branches[0]} ! ${lane}`;
  return [
    `${units} ! tee name=tee`,
    ...branches.map((branch) => `tee. ! ${branch} ! funnel.`),
    `funnel name=funnel forward-sticky-events=false ! ${lane}`,
  ].join(' ');
};

const rawFormats: Readonly<Record<PictureFormat, string>> = { i420: 'I420', rgb: 'RGB' };

/** What an element `size` lets through. */
export const pictureCaps = (width: number, height: number, format: PictureFormat): string =>
  `video/x-raw,format=${rawFormats[format]},width=${int(width)},height=${int(height)},pixel-aspect-ratio=1/1`;

/** Ticks per second of the times in a file. */
const TIMESCALE = 90_000;

/**
 * Access units to an MP4 that is playable while it is written and a plain MP4 once it is finished. RTSP gives no
 * decoding times: without the timestamper a clip with B-frames would be twice as long. The timescale is RTP's: the muxer
 * would derive its own from the frame rate that the stream claims, which can be anything, even 0. Unbuffered, so that
 * what was written survives a crash of the process.
 */
export const muxText = (codec: VideoCodec, laneFd: number): string => {
  const c = codecs[codec];
  return [
    `fdsrc fd=${fd(laneFd)} blocksize=65536 do-timestamp=false ! gdpdepay`,
    `! ${c.parse} ! ${c.raw},${c.stored},alignment=au ! ${c.timestamper}`,
    `! mp4mux name=${ElementName.muxer} fragment-duration=1000 fragment-mode=first-moov-then-finalise`,
    `movie-timescale=${TIMESCALE} trak-timescale=${TIMESCALE}`,
    `! filesink name=${ElementName.file} buffer-mode=unbuffered sync=false async=false`,
  ].join(' ');
};

export const codecOf = (mediaType: string): VideoCodec | undefined =>
  mediaType === 'video/x-h264' ? 'h264' : mediaType === 'video/x-h265' ? 'h265' : undefined;

const int = (value: number): number => {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`not a positive integer: ${value}`);
  return value;
};

const fd = (value: number): number => {
  if (!Number.isSafeInteger(value) || value < 3) throw new RangeError(`not a lane's file descriptor: ${value}`);
  return value;
};
