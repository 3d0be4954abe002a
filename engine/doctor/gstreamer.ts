/** Whether GStreamer has what the media hosts and the simulated cameras need. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type RequiredElement, requiredElements } from '../../bridge/index.js';
import { messageOf } from '../core/errors.js';
import type { Finding } from './finding.js';
import { install } from './install.js';

const run = promisify(execFile);
const MIB = 1024 * 1024;

/** Debian's package for each element that the bridge uses. */
const PACKAGES: Readonly<Record<string, string>> = {
  ...packaged('libgstreamer1.0-0', 'identity fdsrc fdsink capsfilter tee funnel'),
  ...packaged(
    'gstreamer1.0-plugins-base',
    'appsrc videoconvert videoconvertscale audioconvert audiorate audioresample opusdec',
  ),
  ...packaged('gstreamer1.0-plugins-good', 'rtph264depay rtph265depay rtpjpegdepay jpegdec jpegenc pngenc videoflip'),
  ...packaged('gstreamer1.0-plugins-good', 'aacparse alawdec mulawdec mpegaudioparse'),
  ...packaged('gstreamer1.0-plugins-bad', 'gdppay gdpdepay h264parse'),
  ...packaged('gstreamer1.0-plugins-bad', 'opusparse'),
  ...packaged('gstreamer1.0-plugins-ugly', 'x264enc'),
  ...packaged('gstreamer1.0-libav', 'avdec_h264 avdec_h265 avenc_aac avdec_g726 avdec_mp2float'),
};

function packaged(name: string, elements: string): Record<string, string> {
  return Object.fromEntries(elements.split(' ').map((element) => [element, name]));
}

const PURPOSES = { ingest: 'cameras', decode: 'pictures', encode: 'recordings' } as const;

/** Without sound, H.265 or MJPEG something is missing, not everything. */
const isOptional = ({ media }: RequiredElement): boolean => !media.includes('h264');

const MEDIA = { h264: 'H.264', h265: 'H.265', mjpeg: 'MJPEG', sound: 'sound' } as const;

function purposeOf(element: RequiredElement): string {
  const purposes = element.filters.map((filter) => PURPOSES[filter]).join(', ');
  const { media } = element;
  if (media.includes('h264') && media.includes('h265')) return purposes;
  return `${purposes} with ${media.map((each) => MEDIA[each]).join(' and ')}`;
}

export function judgeElements(known: ReadonlySet<string>): Finding {
  const needed = requiredElements();
  const missing = needed.filter(({ name, alternatives }) => ![name, ...alternatives].some((each) => known.has(each)));
  return {
    what: 'GStreamer elements',
    verdict: missing.some((element) => !isOptional(element)) ? 'bad' : missing.length > 0 ? 'warning' : 'good',
    detail:
      missing.length === 0
        ? `all ${needed.length} there`
        : missing.map((element) => `${element.name} is missing (${purposeOf(element)})`).join('; '),
    mend: install(...new Set(missing.map(({ name }) => PACKAGES[name]!))),
  };
}

export async function gstreamer(): Promise<Finding[]> {
  let version: string;
  try {
    version = (await run('gst-inspect-1.0', ['--version'])).stdout.split('\n')[1]?.trim() ?? '';
  } catch (error) {
    return [
      {
        what: 'GStreamer',
        verdict: 'bad',
        detail: `gst-inspect-1.0 does not run: ${messageOf(error)}`,
        mend: `${install('gstreamer1.0-tools')} GStreamer 1.22 or newer is needed.`,
      },
    ];
  }
  const { stdout } = await run('gst-inspect-1.0', [], { maxBuffer: 16 * MIB });
  const known = stdout.split('\n').flatMap((line) => /^\S+:\s+(\S+):/.exec(line)?.[1] ?? []);
  return [{ what: 'GStreamer', verdict: 'good', detail: version }, judgeElements(new Set(known))];
}

/** What the simulator needs beyond that: an RTSP server, and an encoder for its pictures. */
export async function simulator(): Promise<Finding> {
  const what = 'simulated cameras';
  const needs = (missing: string) => `${missing} is missing; \`sluice camera\` and the demo need it`;
  try {
    const probe = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";
    await run('/usr/bin/python3', ['-c', probe]);
  } catch {
    return {
      ...{ what, verdict: 'warning', detail: needs('gst-rtsp-server for Python') },
      mend: install('gir1.2-gst-rtsp-server-1.0', 'python3-gi'),
    };
  }
  try {
    await run('gst-inspect-1.0', ['--exists', 'x264enc']);
  } catch {
    return {
      ...{ what, verdict: 'warning', detail: needs('x264enc') },
      mend: install('gstreamer1.0-plugins-ugly'),
    };
  }
  return { what, verdict: 'good', detail: 'gst-rtsp-server and x264enc are there' };
}
