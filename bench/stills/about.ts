import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'stills',
  title: 'Single pictures',
  measures: 'how soon a single picture is there over HTTP, and what it costs',
  why: 'A list of clips is a list of pictures, and a phone shows dozens of them at once.',
  how: 'Pictures of 1080p are asked for one after another, from the request to the last byte: stored previews, moments that have to be decoded, and a camera as it is now.',
  minutes: { quick: 1, full: 2 },
  options: [{ name: 'pictures', value: 'N', meaning: 'of each kind (100, with --quick 30)' }],
  needs: ['ffmpeg'],
  peers: [],
  caveats: ['The engine runs in the process of the benchmark.'],
  metrics: [
    { name: 'median', unit: 'ms', better: 'less', meaning: 'Half of the pictures are there within this time.' },
    { name: '95 %', unit: 'ms', better: 'less', meaning: '95 of 100 pictures are there within this time.' },
    { name: 'CPU', unit: 'ms', better: 'less', meaning: 'Processor time of one picture, all processes.' },
    {
      name: 'CPU of a camera',
      unit: '% of a core',
      better: 'less',
      meaning: 'What keeping previews costs for each camera that is recorded.',
    },
  ],
  comparisons: [],
  headlines: [
    { label: 'A stored preview, median', name: 'stored preview, *', metric: 'median' },
    { label: 'A full picture of a moment, median', name: 'full picture of a moment', metric: 'median' },
  ],
};
