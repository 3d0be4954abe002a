import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'grpc-servers',
  title: 'Keeping books with gRPC servers',
  measures: 'whether every picture that goes to a gRPC inference server is accounted for',
  why: 'Servers lag, batch, drop and die; a picture that is neither answered nor told of as lost is a hole that nobody sees.',
  how: 'Servers of ten manners get ten numbered pictures a second each through shared memory, all at once. Books are sound if each picture was told of once, and all shared memory came back.',
  minutes: { quick: 1.2, full: 10.2 },
  options: [{ name: 'minutes', value: 'N', meaning: 'how long (10, with --quick 1)' }],
  needs: [],
  peers: ['grpc'],
  caveats: ['Without Python’s gRPC, the server in Python is left out.'],
  metrics: [
    { name: 'pictures sent', unit: '', better: 'neither', meaning: 'Pictures that the server was sent.' },
    { name: 'answered', unit: '', better: 'neither', meaning: 'Those that it answered.' },
    { name: 'lost: *', unit: '', better: 'neither', meaning: 'Those that were told of as lost, for this reason.' },
    {
      name: 'not sent: not ready',
      unit: '',
      better: 'neither',
      meaning: 'Pictures that were held back because the server was not ready.',
    },
    { name: 'longest time *', unit: 'ms', better: 'less', meaning: 'How long somebody had to wait.' },
    { name: 'streams', unit: '', better: 'neither', meaning: 'Streams that were opened.' },
    { name: 'troubles told', unit: '', better: 'neither', meaning: 'Troubles that the client told of.' },
    {
      name: 'CPU, servers included',
      unit: '% of a core',
      better: 'less',
      meaning: 'Processor time of clients and servers.',
    },
    {
      name: 'memory grown by, after the first third',
      unit: 'MiB',
      better: 'less',
      meaning: 'Whether memory gets lost.',
    },
  ],
  comparisons: [],
  headlines: [{ label: 'Pictures to a server that lags by ten', name: 'lags by ten', metric: 'pictures sent' }],
};
