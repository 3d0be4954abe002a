import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'inference',
  title: 'Feeding an inference server',
  measures: 'what many cameras cost whose pictures go to one inference server',
  why: 'The server’s own work is dear enough; what is around it should cost next to nothing.',
  how: '32 cameras send five pictures a second each, 640×360 as JPEG, to one HTTP server on the same machine that takes 20 ms for each.',
  minutes: { quick: 1.6, full: 3.6 },
  options: [
    { name: 'minutes', value: 'N', meaning: 'how long (3, with --quick 1)' },
    { name: 'cameras', value: 'N', meaning: 'how many (32)' },
    { name: 'per-second', value: 'N', meaning: 'pictures of each camera (5)' },
    { name: 'server-ms', value: 'N', meaning: 'how long the server takes for a picture (20)' },
    { name: 'motion', meaning: 'instead, what a motion detector in front of a server saves on labelled clips' },
    { name: 'clips', value: 'DIR', meaning: 'with --motion: the labelled clips (../shared/footage)' },
  ],
  needs: ['ffmpeg'],
  peers: [],
  caveats: ['The server only waits; a real one takes processors as well.'],
  metrics: [
    {
      name: 'main thread*',
      unit: '% of a core',
      better: 'less',
      meaning: 'Processor time of the engine’s main thread.',
    },
    {
      name: 'engine, all threads',
      unit: '% of a core',
      better: 'less',
      meaning: 'Processor time of the engine’s process.',
    },
    {
      name: 'hosts',
      unit: '% of a core',
      better: 'less',
      meaning: 'Processor time of the processes that receive, decode and make JPEGs.',
    },
    {
      name: 'picture to result less server, *',
      unit: 'ms',
      better: 'less',
      meaning: 'From a picture to the event about it, without the server’s own time.',
    },
    { name: 'results a second', unit: '/s', better: 'more', meaning: 'That the work was done.' },
    { name: 'pictures lost', unit: '', better: 'less', meaning: 'Pictures that got no answer.' },
    { name: 'memory, *', unit: 'MiB', better: 'less', meaning: 'Memory of the engine; it should not grow.' },
    {
      name: 'saved *',
      unit: '%',
      better: 'more',
      meaning: 'Calls to the server that a motion detector in front of it saves.',
    },
    {
      name: 'events without a call',
      unit: '',
      better: 'less',
      meaning: 'Events of which the server would have seen no picture.',
    },
  ],
  comparisons: [],
  headlines: [
    { label: 'Picture to result, without the server, median', name: '*', metric: 'picture to result less server, p50' },
    { label: 'Main thread, 32 cameras', name: '*', metric: 'main thread' },
  ],
};
