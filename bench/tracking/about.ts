import type { SuiteAbout } from '../common/definition.js';

const PEERS = {
  hold: 'a box that stays where it was',
  sort: 'SORT',
  norfair: 'Norfair (in its manner)',
  'opencv flow': 'OpenCV optical flow',
};

/** All trackers on a clip. */
const on = (clip: string) =>
  [
    { label: 'Sluice', name: `${clip} sluice medium`, role: 'ours' },
    ...Object.entries(PEERS).map(([name, label]) => ({ label, name: `${clip} ${name}`, role: 'peer' as const })),
    { label: 'what is possible', name: `${clip} bound`, role: 'floor' },
  ] as const;

export const about: SuiteAbout = {
  name: 'tracking',
  title: 'Following objects between the answers of a detector',
  measures: 'how well objects are followed where only every k-th picture has been looked at',
  why: 'An object detector is dear, so it sees a picture now and then; boxes and identities have to last until the next one.',
  how: 'Labelled boxes are given with noise (5 % jitter, 10 % missed, 2 % false) for every k-th picture, and all pictures are scored.',
  quickly: 'two kinds of noise instead of five, every picture or every 15th, and only the middle accuracy',
  minutes: { quick: 0.7, full: 12 },
  options: [
    { name: 'clips', value: 'DIR', meaning: 'folders with a video and gt_mot15.txt (../shared/footage)' },
    { name: 'seeds', value: 'N', meaning: 'runs with different noise (5, with --quick 2)' },
    { name: 'every', value: 'LIST', meaning: 'values of k (1,5,8,15, with --quick 1,15)' },
    { name: 'accuracy', value: 'low|medium|high', meaning: 'only this one (all, with --quick medium)' },
    { name: 'peers', value: 'no', meaning: 'leaves the peers out' },
  ],
  needs: ['ffmpeg'],
  needsClips: 'gt_mot15.txt',
  peers: ['opencv'],
  beside:
    'A box that stays where it was, SORT’s Kalman filter, a tracker in the manner of Norfair, and what nobody can be better than.',
  caveats: [
    'The constants were chosen on these two clips, and nothing was held out: other footage may give less.',
    'Two clips are few.',
  ],
  metrics: [
    {
      name: 'IDF1*',
      unit: '',
      better: 'more',
      isShare: true,
      meaning: 'How long objects keep their identity: 1 is always.',
    },
    {
      name: 'HOTA*',
      unit: '',
      better: 'more',
      isShare: true,
      meaning: 'Finding, placing and identifying objects in one figure: 1 is exact.',
    },
    {
      name: 'IoU of *',
      unit: '',
      better: 'more',
      isShare: true,
      meaning: 'Overlap of boxes with the labelled ones in pictures that the detector did not see.',
    },
    {
      name: 'share of its IDF1 with k=1',
      unit: '',
      better: 'more',
      isShare: true,
      meaning: 'What is left of IDF1 when only every k-th picture is looked at.',
    },
    { name: 'changes of id', unit: '', better: 'less', meaning: 'How often an object is taken for another one.' },
    {
      name: 'per object and frame, least',
      unit: 'µs',
      better: 'less',
      meaning: 'Processor time of following one object for one picture.',
    },
  ],
  comparisons: [
    {
      title: 'Identities kept, every 15th picture looked at, people on a lawn',
      metric: 'IDF1*',
      sides: on('pets2009_vtest k=15').map((side) => ({ ...side, metric: 'IDF1' })),
    },
    {
      title: 'Identities kept, every 15th picture looked at, a busy pavement',
      metric: 'IDF1*',
      sides: on('tud_campus k=15').map((side) => ({ ...side, metric: 'IDF1' })),
    },
    {
      title: 'Overlap of boxes between the answers, people on a lawn',
      metric: 'IoU of *',
      sides: on('pets2009_vtest k=15').map((side) => ({ ...side, metric: 'IoU of bridged pairs' })),
    },
    {
      title: 'Time of one object in one picture',
      metric: 'per object and frame, least',
      sides: on('pets2009_vtest k=15').filter(({ role }) => role !== 'floor'),
    },
  ],
  headlines: [],
};
