import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SluiceError } from '../core/errors.js';

/** The system's interpreter, for which the GStreamer modules are installed; `python3` on the PATH may be another. */
export const PYTHON = '/usr/bin/python3';

/** A Python file beside this module, or in the sources when only TypeScript has been built. */
export const pythonFile = (name: string): string => {
  const candidates = [`./${name}`, `../../../engine/simulator/${name}`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(path));
  if (!found) {
    throw new SluiceError('simulatorIncomplete', `${name} is missing beside the simulator`, {
      kind: 'internal',
      where: { file: candidates[0]! },
      hint: 'Build again with `npm run build`.',
    });
  }
  return found;
};

/** The environment of our Python processes, which must not write into the source tree. */
export const pythonEnv = (): NodeJS.ProcessEnv => ({ ...process.env, PYTHONDONTWRITEBYTECODE: '1' });

const HINTS: Record<string, string> = {
  pythonModules: 'Install python3-gi, gir1.2-gst-rtsp-server-1.0 and gstreamer1.0-plugins-base.',
  pythonMissing: 'Install python3 and python3-gi.',
  encoderMissing: 'Install gstreamer1.0-plugins-ugly (x264enc) and gstreamer1.0-plugins-bad (x265enc).',
  portInUse: 'Choose another port, or 0 for a free one.',
};

const KINDS: Record<string, SluiceError['kind']> = {
  pythonModules: 'unsupported',
  pythonMissing: 'unsupported',
  encoderMissing: 'unsupported',
  portInUse: 'conflict',
  simulatorEnded: 'unavailable',
  noSuchCamera: 'notFound',
};

/** The error for a code that one of the Python programs reported. */
export const simulatorError = (code: string, message: string): SluiceError => {
  const hint = HINTS[code];
  return new SluiceError(code, message, { kind: KINDS[code] ?? 'invalid', ...(hint ? { hint } : {}) });
};
