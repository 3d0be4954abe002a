import type { ResolvedPipeline } from '../topology/resolved.js';

/** What a live pipeline reads and writes that it may share with others. */
export interface PipelineUses {
  /** Addresses. They may hold credentials: never log, publish or store them. */
  cameras: string[];
  videos: string[];
}

export const usesOf = ({ nodes }: ResolvedPipeline): PipelineUses => {
  const uses: PipelineUses = { cameras: [], videos: [] };
  for (const { definition, settings } of nodes) {
    const endpoint = definition.family === 'source' ? definition.endpoint?.(settings) : undefined;
    if (endpoint) uses.cameras.push(endpoint.url);
    // What a node writes is known to its settings alone, whatever its type.
    const { videoName } = settings as { videoName?: unknown };
    if (typeof videoName === 'string') uses.videos.push(videoName);
  }
  return uses;
};
