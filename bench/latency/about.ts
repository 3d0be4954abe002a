import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'latency',
  title: 'From a picture to the event about it',
  measures: 'the time from the arrival of a picture to the event about it on a WebSocket',
  why: 'A door opens or a lamp goes on when the event comes, not when the picture was taken.',
  how: 'Eight cameras with permanent motion, every picture decoded and judged, an event for each, recording at the same time; a client in another process notes when events come.',
  minutes: { quick: 0.7, full: 1.7 },
  options: [],
  needs: ['ffmpeg'],
  peers: [],
  caveats: ['Without the camera’s own delay, the network, and GStreamer’s part from the socket to the engine.'],
  metrics: [
    { name: 'p*', unit: 'ms', better: 'less', meaning: 'So many percent of the events are there within this time.' },
    { name: 'maximum', unit: 'ms', better: 'less', meaning: 'The latest event.' },
    { name: 'events', unit: 'events', better: 'neither', meaning: 'Events that were measured.' },
    {
      name: 'events whose unit was not found',
      unit: 'events',
      better: 'less',
      meaning: 'Events that could not be measured.',
    },
    {
      name: 'pictures judged per camera and second',
      unit: '1/s',
      better: 'more',
      meaning: 'That the work was done: 25 is all of it.',
    },
    { name: 'pictures lost', unit: 'pictures', better: 'less', meaning: 'Pictures that were not judged.' },
    { name: 'of it, *', unit: 'ms', better: 'less', meaning: 'The part of the time that this step takes.' },
  ],
  comparisons: [],
  headlines: [
    { label: 'Half of the events within', name: '*', metric: 'p50' },
    { label: '99 of 100 events within', name: '*', metric: 'p99' },
  ],
};
