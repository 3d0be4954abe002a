/** How the figures of the table stand beside each other on the page. */
import type { Comparison, Grid, Side } from '../common/definition.js';
import { NAMES, placeOf, SCENES_SHOWN, SIZES, type SubjectKey } from './names.js';

const WORDS: Readonly<Record<(typeof SCENES_SHOWN)[number], { label: string; note: string }>> = {
  quiet: {
    label: 'nothing moves',
    note: 'With its defaults, Motion judges every picture; Sluice looks at keyframes, one every two seconds, until something moves. ffmpeg in Frigate’s way records all the time, the others only what moves.',
  },
  mixed: {
    label: 'some things move',
    note: 'Something moves in front of about a fifth of the cameras at a time. ffmpeg in Frigate’s way records all the time, the others what moves.',
  },
  busy: {
    label: 'all moves all the time',
    note: 'All of them record all the time, and Sluice decodes everything. What Frigate does with the pictures is not in ffmpeg’s part.',
  },
};

const sizeWords = (size: string): string => size.replace('x', '×');

const PLACES = SIZES.flatMap(({ size }) =>
  SCENES_SHOWN.map((scene) => ({ size, scene, place: placeOf(size, scene), ...WORDS[scene] })),
);

const named = (place: string, key: SubjectKey): string => `${place}: ${NAMES[key]}, *`;

const side = (place: string, key: SubjectKey, label: string, role: Side['role']): Side => ({
  ...{ label, name: named(place, key), role },
});

const recording: Comparison[] = PLACES.map(({ size, place, label, note }) => ({
  title: `Recording what moves, ${sizeWords(size)}, ${label}: processor time of a camera`,
  metric: 'CPU per camera',
  note,
  sides: [
    side(place, 'adaptive', 'Sluice', 'ours'),
    side(place, 'directAdaptive', 'Sluice (ingest: direct)', 'ours'),
    side(place, 'fps5', 'Sluice (five pictures a second)', 'ours'),
    side(place, 'motion', 'Motion', 'peer'),
    side(place, 'frigate', 'ffmpeg (Frigate’s way)', 'peer'),
    side(place, 'decode', 'gst-launch (decoding only)', 'floor'),
  ],
}));

const decoding: Comparison[] = SIZES.map(({ size }) => {
  const place = placeOf(size, 'quiet');
  return {
    title: `Decoding, ${sizeWords(size)}: processor time of a camera`,
    metric: 'CPU per camera',
    note: 'gst-launch decodes all pictures and does nothing else; Sluice also judges and keeps them.',
    sides: [
      side(place, 'full', 'Sluice (every picture)', 'ours'),
      side(place, 'fps5', 'Sluice (five pictures a second)', 'ours'),
      side(place, 'decode', 'gst-launch (a process for each)', 'peer'),
    ],
  };
});

const memory: Comparison[] = SIZES.map(({ size }) => {
  const place = placeOf(size, 'quiet');
  return {
    title: `Memory of a camera, ${sizeWords(size)}`,
    metric: 'PSS per camera',
    sides: [
      side(place, 'adaptive', 'Sluice', 'ours'),
      side(place, 'directAdaptive', 'Sluice (ingest: direct)', 'ours'),
      side(place, 'motion', 'Motion', 'peer'),
      side(place, 'frigate', 'ffmpeg (Frigate’s way)', 'peer'),
      side(place, 'decode', 'gst-launch (decoding only)', 'floor'),
    ],
  };
});

const receiving: Comparison = {
  title: 'Only receiving, processor time of a camera',
  metric: 'CPU per camera',
  note: 'Sluice keeps the last seconds in its ring; gst-launch throws all away.',
  sides: [
    { label: 'Sluice (ingest: direct)', name: `${NAMES.directReceived}, 32 cameras`, role: 'ours' },
    { label: 'gst-launch (a process for each)', name: `${NAMES.ingest}, 32 cameras`, role: 'peer' },
    { label: 'gst-launch (one process for all)', name: `${NAMES.ingestTogether}, 32 cameras`, role: 'peer' },
  ],
};

export const comparisons: readonly Comparison[] = [...recording, receiving, ...decoding, ...memory];

/** Those of the table, with the policy whose recall belongs to them. */
const ROWS: readonly (readonly [key: SubjectKey, label: string, policy?: string])[] = [
  ['keyframes', 'Sluice, keyframes', 'keyframes'],
  ['directKeyframes', 'Sluice, keyframes, ingest direct', 'keyframes'],
  ['third', 'Sluice, adaptive:1/3', 'adaptive:1/3'],
  ['adaptive', 'Sluice, adaptive', 'adaptive'],
  ['directAdaptive', 'Sluice, adaptive, ingest direct', 'adaptive'],
  ['fps5', 'Sluice, fps:5', 'fps:5'],
  ['directFps5', 'Sluice, fps:5, ingest direct', 'fps:5'],
  ['full', 'Sluice, full', 'full'],
  ['directFull', 'Sluice, full, ingest direct', 'full'],
  ['motion', 'Motion'],
  ['frigate', 'ffmpeg, Frigate’s way'],
  ['ingest', 'gst-launch, only receiving'],
  ['decode', 'gst-launch, only decoding'],
];

const rows: Grid['rows'] = ROWS.map(([key, label, policy]) => ({
  label,
  names: [`*: ${NAMES[key]}, *`, ...(policy === undefined ? [] : [`${policy}, keyframes *`])],
}));

const columns = (metric: string): Grid['columns'] =>
  PLACES.map(({ size, label, place }) => ({ label: `${sizeWords(size)}, ${label}`, name: `${place}: *`, metric }));

export const grids: readonly Grid[] = [
  {
    title: 'Processor time of a camera, in percent of a core, and what is found',
    note: 'Who decodes less may find less: the last columns say what share of the events of real scenes that `fps:5` finds is found by the same policy, and how much later the latest of them begins. Who receives makes no difference to that.',
    head: 'Who',
    columns: [
      ...columns('CPU per camera'),
      { label: 'events of fps:5 found', name: '*, real events', metric: 'events found' },
      { label: 'begins later by up to, s', name: '*, real events', metric: 'begins later, worst' },
    ],
    rows,
  },
  {
    title: 'Movement that is in the clips',
    note: 'Of the seconds of a window in which something moved by the scene’s own timetable, those of which the clips have the pictures.',
    head: 'Who',
    columns: columns('movement in clips'),
    rows,
  },
  {
    title: 'Memory of a camera, in MB',
    note: 'Of all processes, with shared pages divided among them.',
    head: 'Who',
    columns: columns('PSS per camera'),
    rows,
  },
  {
    title: 'Energy of a camera in a day, in Wh',
    note: 'What processors and memory used above what they use with nobody at work.',
    head: 'Who',
    columns: columns('energy per camera and day'),
    rows,
  },
];
