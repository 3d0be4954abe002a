import { dirname } from 'node:path';
import { messageOf, systemCode } from '../core/errors.js';
import { syncFolder } from '../core/sync-folder.js';
import type { Mux, MuxResult } from '../mux/types.js';

/** The muxer's file is on the disk when it says so; then so must be the name under which others will look for it. */
export const finaliseFile = async (mux: Mux, path: string): Promise<MuxResult> => {
  const result = await mux.finish();
  if (!result.ok) return result;
  try {
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    // Whoever looks for the file will see that it is gone.
    if (systemCode(error) === 'ENOENT') return result;
    return { ok: false, reason: { kind: 'error', failure: 'file', code: 'file.sync', message: messageOf(error) } };
  }
};
