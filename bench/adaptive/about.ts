import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'adaptive',
  title: 'What is found where only keyframes are decoded',
  measures: 'what the decode policy adaptive finds of what fps:5 finds, and how much it decodes',
  why: 'A camera that is looked at by its keyframes alone costs a tenth; but what it sees must still be found.',
  how: 'Calm parts of labelled clips are prolonged, and what begins behind them follows; the scenes are encoded with keyframes at several distances, at constant quality and at a constant bit rate. The engine’s own code decides what is decoded and judged, under each policy, with the same pictures left by the thinning. Whole clips follow, with a gate behind the detector, as it records them. Then something drawn crosses the calm parts, for less time than lies between two keyframes.',
  quickly: 'keyframes 2 and 4 s apart, each event once',
  minutes: { quick: 12, full: 120 },
  options: [
    { name: 'clips', value: 'DIR', meaning: 'folders with a video and events.json (../shared/footage)' },
    { name: 'gop', value: 'LIST', meaning: 'seconds between keyframes (1,2,4,10, with --quick 2,4)' },
    { name: 'policies', value: 'LIST', meaning: 'beside fps:5 (adaptive, adaptive:1/3)' },
    { name: 'verbose', meaning: 'says what became of each scene' },
  ],
  needs: ['ffmpeg'],
  needsClips: 'events.json',
  peers: [],
  beside: 'The policy fps:5 on the same pictures.',
  caveats: [
    'What is drawn moves rigidly, so that it costs an encoder next to nothing: what is real and as short is noticed more often.',
    'Where keyframes are more than 4 s apart, everything is decoded.',
    'A scene is short, so that the share that is decoded is far above that of a camera in front of which nothing happens for hours.',
  ],
  metrics: [
    {
      name: 'events found',
      unit: '',
      better: 'more',
      isShare: true,
      meaning: 'Share of the events that fps:5 finds.',
    },
    {
      name: 'begins later, worst',
      unit: 's',
      better: 'less',
      meaning: 'By how much the first picture with motion is later than with fps:5: a clip begins as much later.',
    },
    {
      name: 'begins later, median',
      unit: 's',
      better: 'less',
      meaning: 'The same of half of the events.',
    },
    {
      name: 'told after, worst',
      unit: 's',
      better: 'less',
      meaning: 'From the first picture with motion until that is known.',
    },
    {
      name: 'recorded',
      unit: '',
      better: 'more',
      isShare: true,
      meaning:
        'Of whole clips: the share of what a gate behind fps:5 records, with 5 s before and at least 10 s behind.',
    },
    {
      name: 'lost at a stretch, worst',
      unit: 's',
      better: 'less',
      meaning: 'The longest part that is recorded with fps:5, and is not.',
    },
    {
      name: 'recorded besides',
      unit: '%',
      better: 'less',
      meaning: 'What is recorded and is not with fps:5, against what is.',
    },
    {
      name: 'units decoded',
      unit: '%',
      better: 'less',
      meaning: 'Of those that fps:5 decodes. What is decoded twice counts twice.',
    },
  ],
  comparisons: [],
  headlines: [{ label: 'Events of fps:5 that adaptive finds', name: 'adaptive, *real events', metric: 'events found' }],
};
