/** Which decoders besides the processor work here. None has to. */
import type { HardwareFinding, HardwareKind } from '../../bridge/index.js';
import type { Finding } from './finding.js';
import { install } from './install.js';

const CODECS = { h264: 'H.264', h265: 'H.265' } as const;

const MENDS: Readonly<Record<HardwareKind, string>> = {
  nvdec: `${install('gstreamer1.0-plugins-bad', 'libnvcuvid1')} In a container the driver's libraries for video must be there too (NVIDIA_DRIVER_CAPABILITIES=compute,video).`,
  vaapi: `${install('gstreamer1.0-plugins-bad', 'intel-media-va-driver', 'mesa-va-drivers')} The user of the engine needs the group of the nodes, render.`,
  v4l2: `${install('gstreamer1.0-plugins-bad')} The user of the engine needs the group of the nodes, video.`,
};

export const hardwareDecoders = (found: readonly HardwareFinding[]): Finding => {
  const what = 'hardware decoders';
  if (found.length === 0) {
    return { what, verdict: 'good', detail: 'none is there or wanted; the processor decodes' };
  }
  const idle = found.filter(({ codecs }) => !codecs.h264.works && !codecs.h265.works);
  return {
    what,
    verdict: idle.length === found.length ? 'warning' : 'good',
    detail: found.map(said).join('; '),
    mend: `The processor decodes meanwhile. ${idle.map(({ kind }) => MENDS[kind]).join(' ')} Or set decode.hardware to off.`,
  };
};

const said = ({ kind, nodes, codecs }: HardwareFinding): string => {
  const each = (['h264', 'h265'] as const).map((codec) => {
    const outcome = codecs[codec];
    return `${CODECS[codec]} ${outcome.works ? 'decodes' : `is not used: ${outcome.why}`}`;
  });
  return `${kind} (${nodes.join(', ')}): ${each.join(', ')}`;
};
