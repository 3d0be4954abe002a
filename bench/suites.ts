/** All suites, in the order in which they are shown. A suite's code is loaded only when it runs: it may need programs that others do without. */
import { about as accuracy } from './accuracy/about.js';
import { about as adaptive } from './adaptive/about.js';
import { about as clipStart } from './clip-start/about.js';
import type { SuiteAbout } from './common/definition.js';
import { about as control } from './control/about.js';
import { about as density } from './density/about.js';
import { about as events } from './events/about.js';
import { about as grpcServers } from './grpc-servers/about.js';
import { about as inference } from './inference/about.js';
import { about as kernel } from './kernel/about.js';
import { about as latency } from './latency/about.js';
import { about as live } from './live/about.js';
import { about as many } from './many/about.js';
import { about as page } from './page/about.js';
import { about as soak } from './soak/about.js';
import { about as stills } from './stills/about.js';
import { about as tracking } from './tracking/about.js';

export const SUITES: readonly SuiteAbout[] = [
  density,
  kernel,
  accuracy,
  adaptive,
  tracking,
  latency,
  clipStart,
  live,
  page,
  stills,
  events,
  control,
  inference,
  grpcServers,
  many,
  soak,
];

export const suiteOf = (name: string): SuiteAbout | undefined => SUITES.find((suite) => suite.name === name);
