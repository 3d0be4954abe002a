import type { DocumentCheck } from '../../topology/node-definition.js';

/** A size of shared memory is allowed only if shared memory is used. */
export const checkSharedMemory = (
  { dataTransfer }: { dataTransfer?: unknown },
  { fill, places, report }: DocumentCheck,
): void => {
  if (typeof dataTransfer !== 'object' || dataTransfer === null) return;
  const { mode, sharedMemorySizeMiB } = dataTransfer as { mode?: unknown; sharedMemorySizeMiB?: unknown };
  const known = typeof mode === 'string' ? fill(mode) : undefined;
  if (sharedMemorySizeMiB === undefined || known?.toLowerCase() !== 'embedded') return;
  report(places.of(dataTransfer, 'sharedMemorySizeMiB'), 'is allowed only with the mode sharedMemory');
};
