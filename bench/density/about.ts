import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'density',
  title: 'What a camera costs',
  measures: 'processor time and memory of a camera, beside Motion and bare GStreamer',
  why: 'It decides how many cameras a machine can record, and how much power that takes.',
  how: '32 simulated cameras (640×360, 25 pictures and 0.8 Mb/s) in a process of their own; one program after the other receives all of them, in rounds of alternating order.',
  minutes: { quick: 5, full: 32 },
  options: [
    {
      name: 'rounds',
      value: 'N',
      meaning: 'how often each program has its turn (3, with --quick 1; with --recording 5)',
    },
    { name: 'scene', value: 'NAME', meaning: 'what the cameras see (quiet); with motion, clips are written' },
    { name: 'recording', meaning: 'instead, what recording adds to receiving, at 1080p' },
    { name: 'cameras', value: 'N', meaning: 'with --recording: how many (8)' },
    { name: 'ingest', value: 'gstreamer|direct', meaning: 'with --recording: who receives (gstreamer)' },
  ],
  needs: ['ffmpeg'],
  peers: ['motion', 'gst-launch'],
  caveats: [
    'The quick form is too short for Node.js to optimise all hot code, so Sluice looks worse than it is.',
    'If the machine has no idle time left, some program did not do all of its work; the peers do not report what they skip.',
    'Motion decodes every picture and judges them all; Sluice decodes what its policy asks for. That is a difference of design, and the reason for most of the difference in cost.',
  ],
  metrics: [
    {
      name: 'CPU per camera',
      unit: '% of a core',
      better: 'less',
      meaning: 'Processor time of all processes, divided by the cameras.',
    },
    { name: 'CPU per camera, *', unit: '% of a core', better: 'less', meaning: 'The same of one kind of process.' },
    {
      name: 'CPU against the peer',
      unit: '×',
      better: 'less',
      meaning: 'Processor time divided by that of the peer, within a round.',
    },
    {
      name: 'CPU per camera with *',
      unit: '×',
      better: 'less',
      meaning: 'Whether a camera costs more where there are more of them: 1 is no more.',
    },
    {
      name: 'growth of the engine process per camera',
      unit: 'MB',
      better: 'less',
      meaning: 'Memory that the engine’s process needs for each camera.',
    },
    {
      name: 'idle time of the machine',
      unit: '%',
      better: 'neither',
      meaning: 'Near zero, somebody could not keep up and did less work.',
    },
    {
      name: 'PSS per camera',
      unit: 'MB',
      better: 'less',
      meaning: 'Memory of all processes, with shared pages divided among them, divided by the cameras.',
    },
    { name: 'RSS per camera, *', unit: 'MB', better: 'less', meaning: 'Resident memory, divided by the cameras.' },
    {
      name: 'PSS per camera, *',
      unit: 'MB',
      better: 'less',
      meaning: 'Memory of one kind of process with shared pages divided, divided by the cameras.',
    },
    { name: 'processes, *', unit: '', better: 'neither', meaning: 'Processes of that kind.' },
    { name: 'threads, *', unit: '', better: 'neither', meaning: 'Their threads.' },
    { name: '* per camera and second', unit: '1/s', better: 'neither', meaning: 'That the work was done.' },
    {
      name: 'added *',
      unit: '% of a core',
      better: 'less',
      meaning: 'What recording adds to receiving, for each camera.',
    },
    { name: 'load average before the run', unit: '', better: 'less', meaning: 'Whether the machine had other work.' },
  ],
  proof: {
    metric: 'idle time of the machine',
    least: 5,
    why: 'the machine had next to no time left, so somebody fell behind and did less work',
  },
  comparisons: [
    {
      title: 'Recording on motion, processor time of a camera',
      metric: 'CPU per camera',
      note: 'With its defaults, Motion judges every picture; Sluice judges keyframes here, one every two seconds.',
      sides: [
        { label: 'Sluice', name: 'Sluice keyframes, 32 cameras', role: 'ours' },
        { label: 'Sluice (ingest: direct)', name: 'Sluice direct keyframes, 32 cameras', role: 'ours' },
        { label: 'Sluice (five pictures a second)', name: 'Sluice fps:5, 32 cameras', role: 'ours' },
        { label: 'Motion', name: 'Motion passthrough*', role: 'peer' },
      ],
    },
    {
      title: 'Only receiving, processor time of a camera',
      metric: 'CPU per camera',
      note: 'Sluice keeps the last seconds in its ring; gst-launch throws all away.',
      sides: [
        { label: 'Sluice (ingest: direct)', name: 'Sluice direct, received only, 32 cameras', role: 'ours' },
        { label: 'gst-launch (a process for each)', name: 'gst-launch ingest, a process per camera*', role: 'peer' },
        { label: 'gst-launch (one process for all)', name: 'gst-launch ingest, one process*', role: 'peer' },
      ],
    },
    {
      title: 'Decoding, processor time of a camera',
      metric: 'CPU per camera',
      note: 'gst-launch decodes all pictures and does nothing else; Sluice also judges and keeps them.',
      sides: [
        { label: 'Sluice (every picture)', name: 'Sluice full, 32 cameras', role: 'ours' },
        { label: 'Sluice (five pictures a second)', name: 'Sluice fps:5, 32 cameras', role: 'ours' },
        { label: 'gst-launch (a process for each)', name: 'gst-launch decode, a process per camera*', role: 'peer' },
        { label: 'gst-launch (one process for all)', name: 'gst-launch decode, one process*', role: 'peer' },
      ],
    },
    {
      title: 'Memory of a camera',
      metric: 'PSS per camera',
      sides: [
        { label: 'Sluice', name: 'Sluice keyframes, 32 cameras', role: 'ours' },
        { label: 'Sluice (ingest: direct)', name: 'Sluice direct keyframes, 32 cameras', role: 'ours' },
        { label: 'Motion', name: 'Motion passthrough*', role: 'peer' },
        { label: 'gst-launch (a process for each)', name: 'gst-launch ingest, a process per camera*', role: 'floor' },
      ],
    },
  ],
  headlines: [],
};
