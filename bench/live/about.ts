import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'live',
  title: 'Watching live',
  measures: 'the live view in Chromium: first picture, age of pictures, narrow links, many viewers',
  why: 'Who answers the door wants to see who is there now.',
  how: 'The camera’s pictures carry their number, which is read from a canvas, so the age of a picture is known whatever the player claims.',
  quickly: 'ten openings instead of 40, and half a minute on the narrow connection instead of ten',
  minutes: { quick: 3, full: 20 },
  options: [
    { name: 'only', value: 'first|screen|narrow|viewers', meaning: 'only this part' },
    { name: 'minutes', value: 'N', meaning: 'on a narrow connection (10, with --quick 0.5)' },
    { name: 'openings', value: 'N', meaning: 'how often the view is opened (40, with --quick 10)' },
    { name: 'seconds', value: 'N', meaning: 'how long pictures are watched (60, with --quick 15)' },
    { name: 'rounds', value: 'N', meaning: 'windows with and without viewers (4, with --quick 1)' },
  ],
  needs: ['chromium', 'ffmpeg'],
  peers: [],
  caveats: ['On a busy machine the first two parts measure how long the browser waits for a processor.'],
  metrics: [
    {
      name: 'added, all processes, median',
      unit: '% of a core',
      better: 'less',
      meaning: 'What 20 viewers of one camera add in all processes of the server.',
    },
    {
      name: '* of the windows',
      unit: '% of a core',
      better: 'less',
      meaning: 'The same in the least and the most costly window.',
    },
    {
      name: 'received by each',
      unit: 'Mb/s',
      better: 'neither',
      meaning: 'That viewers received the camera’s pictures.',
    },
    { name: 'pictures shown per second', unit: '1/s', better: 'more', meaning: 'Pictures that came to the screen.' },
    {
      name: 'jumps per minute',
      unit: '1/min',
      better: 'less',
      meaning: 'How often pictures were left out to catch up.',
    },
    {
      name: 'pictures left out by the engine',
      unit: 'pictures',
      better: 'less',
      meaning: 'Pictures that a narrow connection could not take.',
    },
    { name: 'load average before the run', unit: '', better: 'less', meaning: 'Whether the machine had other work.' },
    { name: 'and after it', unit: '', better: 'neither', meaning: 'The same when all was over.' },
    {
      name: 'age of *',
      unit: 'ms',
      better: 'less',
      meaning: 'From the moment the camera sends a picture until it is on the screen.',
    },
    { name: 'the same, all the time, *', unit: 'ms', better: 'less', meaning: 'Age of pictures over the whole run.' },
    { name: '*', unit: 'ms', better: 'less', meaning: 'Time until the first picture.' },
  ],
  comparisons: [],
  headlines: [
    {
      label: 'From the click to the first picture, median',
      name: 'first picture, *',
      metric: 'in Chromium, from the click on a camera, p50',
    },
    { label: 'Age of a picture on the screen, median', name: 'live, *', metric: 'age of pictures, p50' },
  ],
};
