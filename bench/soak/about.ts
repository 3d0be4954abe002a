import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'soak',
  title: 'Endurance',
  measures: 'whether memory, threads or descriptors grow while cameras come and go',
  why: 'A recorder runs for months; what leaks will end it.',
  how: '16 cameras on motion that drop, vanish and stall in turn, with a small budget, so that clips are deleted all the time. The straight line through the samples says what grows.',
  minutes: { quick: 3.3, full: 61 },
  options: [
    { name: 'minutes', value: 'N', meaning: 'how long (60, with --quick 3)' },
    { name: 'cameras', value: 'N', meaning: 'how many (16)' },
    { name: 'samples', value: 'FILE', meaning: 'appends each sample as a line of JSON' },
    { name: 'plot', value: 'FILE', meaning: 'the series as SVG, and as CSV beside it' },
  ],
  needs: ['ffmpeg'],
  peers: [],
  besides: { option: 'plot', file: 'soak.svg', text: 'All series over time as a picture' },
  caveats: [
    'A run of less than 20 minutes is all warm-up: it shows that it runs, and its limits stay undecided. An hour tells.',
  ],
  metrics: [
    { name: '*, growth', unit: '*/h', better: 'less', meaning: 'By how much it grows in an hour.' },
    { name: '* memory', unit: 'MiB', better: 'less', meaning: 'Resident memory at the end.' },
    { name: '* threads', unit: '', better: 'less', meaning: 'Threads at the end.' },
    { name: '* descriptors', unit: '', better: 'less', meaning: 'Open files and connections at the end.' },
    { name: 'write-ahead log', unit: 'MiB', better: 'less', meaning: 'Size of the log of the database.' },
    { name: 'hosts replaced', unit: '', better: 'less', meaning: 'Processes for media that had to be replaced.' },
    { name: 'reconnects', unit: '', better: 'neither', meaning: 'Cameras that were there again after a fault.' },
    { name: 'clips', unit: '', better: 'neither', meaning: 'Clips that were recorded.' },
    { name: 'failed clips', unit: '', better: 'less', meaning: 'Clips that could not be written.' },
  ],
  comparisons: [],
  headlines: [
    { label: 'Memory of the engine at the end', name: '*', metric: 'engine memory' },
    { label: 'Clips that failed', name: '*', metric: 'failed clips' },
  ],
};
