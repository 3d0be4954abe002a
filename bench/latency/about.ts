import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'latency',
  title: 'From a picture to the event about it, and to what was not decoded',
  measures:
    'the time from the arrival of a picture to the event about it on a WebSocket, and how soon the pictures before a suspicion are there',
  why: 'A door opens or a lamp goes on when the event comes, not when the picture was taken. Of a quiet camera keyframes alone are decoded; what they lead to is known only when the pictures before are.',
  how: 'Eight cameras with permanent motion, every picture decoded and judged, an event for each, recording at the same time; a client in another process notes when events come. Then one camera of each size whose keyframes alone are decoded, until something is suspected in one of them; it sends nothing more until the GOP before is decoded.',
  minutes: { quick: 1.5, full: 4 },
  options: [],
  needs: ['ffmpeg'],
  peers: [],
  caveats: [
    'Without the camera’s own delay, the network, and GStreamer’s part from the socket to the engine.',
    'With the policy full each picture is read as it comes. Where at most five a second are looked at, up to 97 ms come on top.',
  ],
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
    {
      name: 'suspicion to the first picture, *',
      unit: 'ms',
      better: 'less',
      meaning:
        'From what a keyframe shows to the first picture after the keyframe before it: half of the times, or the worst.',
    },
    {
      name: 'suspicion to the last picture, *',
      unit: 'ms',
      better: 'less',
      meaning: 'The same until all of five a second have come, and the decoder has had every unit.',
    },
    { name: 'of it, *', unit: 'ms', better: 'less', meaning: 'The part of the time that this step takes.' },
  ],
  comparisons: [],
  headlines: [
    { label: 'Half of the events within', name: '*', metric: 'p50' },
    { label: '99 of 100 events within', name: '*', metric: 'p99' },
  ],
};
