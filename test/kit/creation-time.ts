import { execFileSync } from 'node:child_process';

/** When the media of a file was created by its own account, as ffprobe reads it; as ISO 8601 with whole seconds. */
export const creationTime = (file: string): string => {
  const args = ['-v', 'error', '-show_entries', 'format_tags=creation_time', '-of', 'csv=p=0', file];
  return toSecond(String(execFileSync('ffprobe', args)).trim());
};

/** A time as a file's header has it: to the second. */
export const toSecond = (iso: string): string => `${iso.slice(0, 19)}Z`;
