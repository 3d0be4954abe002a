import { basename, dirname } from 'node:path';
import type { ClipIndex, SinkId } from './clip-index.js';
import { namesClip } from './file-name.js';

const BATCH = 500;
/** Clips that were found without a row belong to this sink until their own is known. */
const NO_SINK: SinkId = { pipeline: '', sink: '' };

/** A sink, and how it names its files. */
interface NamingSink extends SinkId {
  topology: string;
  fileNamePattern: string;
}

/**
 * Gives a sink the adopted clips that are its own: those in its folder whose names its pattern makes. From then on its
 * budget counts and deletes them. Others stay as they are, since anybody may have put them there.
 * @param folder relative to the media folder.
 * @returns how many.
 */
export const claimAdopted = (index: ClipIndex, folder: string, sink: NamingSink): number => {
  const isOwn = namesClip(sink.fileNamePattern, { topologyName: sink.topology, pipelineName: sink.pipeline });
  const inFolder = folder === '' ? '.' : folder;
  let claimed = 0;
  for (let after = 0; ; ) {
    const clips = index.oldestOf(NO_SINK, BATCH, after);
    for (const { id, path } of clips) {
      if (dirname(path) !== inFolder || !isOwn(basename(path))) continue;
      index.claim(id, sink);
      claimed++;
    }
    if (clips.length < BATCH) return claimed;
    after = clips.at(-1)!.id;
  }
};
