import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'clip-start',
  title: 'From a signal to the clip on the disk',
  measures: 'how soon a clip is safe on the disk after the signal that opens a gate',
  why: 'If the power fails a moment after something happened, the clip should be there.',
  how: 'Four cameras, one clip at a time; the file is looked at every two milliseconds, until its first byte is there and until all of five seconds of pre-roll would play.',
  minutes: { quick: 1.2, full: 8 },
  options: [{ name: 'clips', value: 'N', meaning: 'clips of each kind of stream (100, with --quick 20)' }],
  needs: ['ffmpeg'],
  peers: [],
  caveats: ['The engine runs in the process of the benchmark. Of the pre-roll, the last picture does not count.'],
  metrics: [
    { name: 'first byte, *', unit: 'ms', better: 'less', meaning: 'From the signal to the first byte of the file.' },
    {
      name: 'whole pre-roll, *',
      unit: 'ms',
      better: 'less',
      meaning: 'From the signal until the whole pre-roll would play if the engine were killed.',
    },
  ],
  comparisons: [],
  headlines: [
    {
      label: 'First byte of a clip, median',
      name: '* clips of streams with 0 B-frames*',
      metric: 'first byte, median',
    },
    {
      label: 'Five seconds of pre-roll safe, median',
      name: '* clips of streams with 0 B-frames*',
      metric: 'whole pre-roll, median',
    },
  ],
};
