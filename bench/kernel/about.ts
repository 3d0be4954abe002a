import type { SuiteAbout } from '../common/definition.js';

/** Peers in Python, timed on the same planes. */
const opencv = { label: 'OpenCV *', name: 'generated *', metric: 'OpenCV *, median', role: 'peer' } as const;

export const about: SuiteAbout = {
  name: 'kernel',
  title: 'Motion detection, the time of a picture',
  measures: 'the time that motion detection takes for a picture of 320×180',
  why: 'Every camera is judged several times a second, so this time decides how many cameras a small machine can watch.',
  how: 'The detector judges pictures that are already decoded, in one thread; OpenCV does its part of the same work on the same pictures. Then 200 cameras go through the pool of workers in real time.',
  minutes: { quick: 2, full: 4 },
  options: [],
  needs: [],
  peers: ['opencv'],
  caveats: [
    'OpenCV’s background models only tell which pixels have changed. Our time is for the whole judgement: regions, tracks, and what is only weather or light.',
    'The second scene needs the labelled clips; without them there is only the generated one.',
  ],
  metrics: [
    {
      name: 'whole detector, *',
      unit: 'µs',
      better: 'less',
      meaning: 'Time from a decoded picture to the verdict on it, in one thread.',
    },
    {
      name: 'scalar build, median',
      unit: 'µs',
      better: 'less',
      meaning: 'The same without vector instructions, for processors that lack them.',
    },
    {
      name: 'OpenCV *, median',
      unit: 'µs',
      better: 'less',
      meaning: 'Time that OpenCV takes for its part of the work on the same picture.',
    },
    { name: 'stage: *', unit: 'µs', better: 'less', meaning: 'Time of one step of the judgement.' },
    {
      name: 'share of a core',
      unit: '%',
      better: 'less',
      meaning: 'Processor time of judging 200 cameras five times a second, without what feeds the pictures.',
    },
    {
      name: 'with the timer that feeds the pictures',
      unit: '%',
      better: 'less',
      meaning: 'The same with what feeds the pictures.',
    },
    { name: 'frames a task', unit: '', better: 'neither', meaning: 'Pictures that are handed to a worker at once.' },
    { name: 'in the kernel, p50', unit: 'µs', better: 'less', meaning: 'Median time of a picture in a worker.' },
    {
      name: 'submit to verdict, *',
      unit: 'µs',
      better: 'less',
      meaning: 'Time from handing in a picture to its verdict, waiting included.',
    },
    {
      name: 'replaced',
      unit: 'pictures',
      better: 'less',
      meaning: 'Pictures that were not judged because a newer one of their camera came.',
    },
  ],
  comparisons: [
    {
      title: 'Judging a picture of 320×180',
      metric: 'whole detector, *',
      sides: [
        { label: 'Sluice', name: 'generated *', metric: 'whole detector, median', role: 'ours' },
        { label: 'Sluice without vectors', name: 'generated *', metric: 'scalar build, median', role: 'ours' },
        opencv,
      ],
    },
  ],
  headlines: [
    {
      label: '200 cameras, five pictures a second',
      name: '200 × generated at 5 fps, batched',
      metric: 'share of a core',
    },
  ],
};
