import { frigate } from './frigate.js';
import { gstLaunch } from './gst-launch.js';
import { motion } from './motion.js';
import { NAMES, PRE_ROLL_SECONDS, type Size, type SubjectKey } from './names.js';
import { type SluiceOptions, sluice } from './sluice.js';
import type { Subject } from './subject.js';

/** Everybody who can be measured, for cameras of that size. */
export const subjectsFor = ({ size, detectSize }: Pick<Size, 'size' | 'detectSize'>): Record<SubjectKey, Subject> => {
  const ours = (key: SubjectKey, decodePolicy: string, ingest: NonNullable<SluiceOptions['ingest']>): Subject =>
    sluice(NAMES[key], { decodePolicy, preRollSeconds: PRE_ROLL_SECONDS, ingest });
  return {
    keyframes: ours('keyframes', 'keyframes', 'gstreamer'),
    adaptive: ours('adaptive', 'adaptive', 'gstreamer'),
    third: ours('third', 'adaptive:1/3', 'gstreamer'),
    fps5: ours('fps5', 'fps:5', 'gstreamer'),
    full: ours('full', 'full', 'gstreamer'),
    directReceived: ours('directReceived', 'none', 'direct'),
    directKeyframes: ours('directKeyframes', 'keyframes', 'direct'),
    directAdaptive: ours('directAdaptive', 'adaptive', 'direct'),
    directFps5: ours('directFps5', 'fps:5', 'direct'),
    directFull: ours('directFull', 'full', 'direct'),
    idle: ours('idle', 'keyframes', 'gstreamer'),
    ingest: gstLaunch(NAMES.ingest, { decode: false, together: false }),
    ingestTogether: gstLaunch(NAMES.ingestTogether, { decode: false, together: true }),
    decode: gstLaunch(NAMES.decode, { decode: true, together: false }),
    decodeTogether: gstLaunch(NAMES.decodeTogether, { decode: true, together: true }),
    motion: motion(NAMES.motion, size),
    frigate: frigate(NAMES.frigate, detectSize),
  };
};
