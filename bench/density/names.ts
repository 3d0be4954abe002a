/** Who is measured and where: what rows are called, and what finds them again. Nothing here starts anything. */

/** Of a camera. */
export interface Size {
  size: '640x360' | '1920x1080';
  cameras: number;
  bitsPerSecond: number;
  /** Which Frigate is usually told to look at. */
  detectSize: string;
}

export const SIZES: readonly Size[] = [
  { size: '640x360', cameras: 16, bitsPerSecond: 800_000, detectSize: '640x360' },
  { size: '1920x1080', cameras: 5, bitsPerSecond: 4_000_000, detectSize: '1280x720' },
];

export const sizeNamed = (name: Size['size']): Size => SIZES.find(({ size }) => size === name)!;

export const FPS = 25;
export const GOP_SECONDS = 2;
export const PRE_ROLL_SECONDS = 5;

/** What cameras see where some things move at times: scenes of the simulator, given to the cameras in turn. */
const MIXED = ['motion', 'quiet', 'quiet', 'busy', 'quiet', 'motion', 'quiet', 'quiet'] as const;

/** Of the table. Others of the simulator's can be asked for. */
export const SCENES_SHOWN = ['quiet', 'mixed', 'busy'] as const;

/** Scenes of the simulator for that name. */
export const scenesOf = (scene: string): readonly string[] => (scene === 'mixed' ? MIXED : [scene]);

export const NAMES = {
  keyframes: 'Sluice keyframes',
  adaptive: 'Sluice adaptive',
  third: 'Sluice adaptive:1/3',
  fps5: 'Sluice fps:5',
  full: 'Sluice full',
  directReceived: 'Sluice direct, received only',
  directKeyframes: 'Sluice direct keyframes',
  directAdaptive: 'Sluice direct adaptive',
  directFps5: 'Sluice direct fps:5',
  directFull: 'Sluice direct full',
  idle: 'Sluice without cameras',
  ingest: 'gst-launch ingest, a process per camera',
  ingestTogether: 'gst-launch ingest, one process',
  decode: 'gst-launch decode, a process per camera',
  decodeTogether: 'gst-launch decode, one process',
  motion: 'Motion passthrough',
  frigate: 'ffmpeg, Frigate’s way',
} as const;

export type SubjectKey = keyof typeof NAMES;

/** The part of the table that a row belongs to, as its name begins. */
export const placeOf = (size: string, scene: string): string => `${size}, ${scene}`;

/** Name of a row. @param place where there are several: the part of the table */
export const rowName = (subject: string, cameras: number, place?: string): string =>
  `${place === undefined ? '' : `${place}: `}${subject}, ${cameras} cameras`;
