/** The way that media takes, with a second of it: a decoder in a host as it is held here, and a file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bridge, type HardwareOptions, openBridge, type SandboxOptions } from '../../bridge/index.js';
import { systemClock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { Muxes } from '../mux/muxes.js';
import type { Finding } from './finding.js';
import { hardwareDecoders } from './hardware.js';
import { SECOND_CAPS, secondOfVideo } from './second-of-video.js';

export type HardwareUse = NonNullable<HardwareOptions['use']>;

const STILL_WIDTH = 96;
const AWAKE_MS = 1000;

export const trial = async (sandbox: SandboxOptions = {}, hardware: HardwareUse = 'auto'): Promise<Finding[]> => {
  const bridge = openBridge({ sandbox, hardware: { use: hardware } });
  // Hosts keep no process alive, least of all those that do not start.
  const awake = setInterval(() => {}, AWAKE_MS);
  try {
    return [await decoded(bridge), hardwareDecoders(await bridge.hardware()), await written(bridge)];
  } finally {
    await bridge.close();
    clearInterval(awake);
  }
};

const decoded = async (bridge: Bridge): Promise<Finding> => {
  const what = 'decoder';
  try {
    const units = secondOfVideo().map(({ payload }) => payload);
    const { width, height } = await bridge.still({ caps: SECOND_CAPS, units, width: STILL_WIDTH, quality: 80 });
    return { what, verdict: 'good', detail: `a media host has decoded a picture of ${width}x${height}` };
  } catch (error) {
    return {
      what,
      verdict: 'bad',
      detail: messageOf(error),
      mend: 'Mend what is said above of GStreamer, its binding and the media hosts first; else send the archive of `sluice doctor --bundle`.',
    };
  }
};

const written = async (bridge: Bridge): Promise<Finding> => {
  const what = 'clip';
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'sluice-doctor-'));
    const muxes = new Muxes({ bridge, clock: systemClock, mjpegClips: 'jpeg' });
    const mux = muxes.mux({
      tracks: [SECOND_CAPS],
      path: join(folder, 'second.mp4'),
      taken: Math.floor(systemClock.utc() / MICROS_PER_SECOND),
    });
    const units = secondOfVideo();
    for (const unit of units) mux.write(unit);
    const result = await mux.finish();
    if (result.ok)
      return { what, verdict: 'good', detail: `a second of video has become an MP4 file of ${result.bytes} bytes` };
    const why = 'message' in result.reason ? result.reason.message : result.reason.kind;
    return { what, verdict: 'bad', detail: `no MP4 file could be written: ${why}`, mend: `Check ${tmpdir()}.` };
  } catch (error) {
    return { what, verdict: 'bad', detail: messageOf(error), mend: `Make ${tmpdir()} writable for this user.` };
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
};
