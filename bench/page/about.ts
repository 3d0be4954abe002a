import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'page',
  title: 'Watching recordings',
  measures: 'the page in Chromium: videos in step, single pictures, letting go of the timeline',
  why: 'Who looks for a moment in nine cameras wants all of them at that moment, and at once.',
  how: 'Stored videos are played by Debian’s Chromium without a GPU. The pictures carry their number, so nobody need believe the player.',
  minutes: { quick: 1, full: 3.5 },
  options: [
    { name: 'cameras', value: 'N', meaning: 'videos in step (9)' },
    { name: 'seconds', value: 'N', meaning: 'how long they play (60, with --quick 15)' },
    { name: 'size', value: 'WxH', meaning: 'of videos in step (640x360)' },
    { name: 'hand-size', value: 'WxH', meaning: 'of the video that is stepped through (1920x1080)' },
    { name: 'only', value: 'step|hand', meaning: 'only videos in step, or only what a hand does' },
  ],
  needs: ['chromium', 'ffmpeg'],
  peers: [],
  caveats: ['Decoding and drawing take the processors that the engine runs on as well.'],
  metrics: [
    {
      name: 'distance of two elements, *',
      unit: 'ms',
      better: 'less',
      meaning: 'How far apart the farthest two videos are.',
    },
    {
      name: 'from the opening until all move',
      unit: 'ms',
      better: 'less',
      meaning: 'From opening the page until all videos play.',
    },
    { name: 'at the start: *', unit: 'ms', better: 'less', meaning: 'The same in the first three seconds.' },
    {
      name: 'lateness of two presented pictures, *',
      unit: 'ms',
      better: 'less',
      meaning: 'The same by the pictures that the browser presented.',
    },
    {
      name: 'elements with another picture than they say',
      unit: '',
      better: 'less',
      meaning: 'Videos that show another picture than they claim.',
    },
    {
      name: 'pictures that were presented',
      unit: '%',
      better: 'more',
      meaning: 'Share of the pictures that came to the screen.',
    },
    {
      name: 'not to the picture beside',
      unit: '',
      better: 'less',
      meaning: 'Steps that led to another picture than the next one.',
    },
    { name: 'median', unit: 'ms', better: 'less', meaning: 'Half of the waits are shorter.' },
    { name: '95 %', unit: 'ms', better: 'less', meaning: '95 of 100 waits are shorter.' },
    { name: 'worst', unit: 'ms', better: 'less', meaning: 'The longest wait.' },
  ],
  comparisons: [],
  headlines: [
    { label: 'Nine videos in step, farthest apart', name: '* in step, *', metric: 'distance of two elements, worst' },
    { label: 'The next picture, median', name: 'a picture forwards, *', metric: 'median' },
    {
      label: 'Picture after letting go of the timeline, median',
      name: 'the picture after letting go, *',
      metric: 'median',
    },
  ],
};
