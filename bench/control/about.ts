import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'control',
  title: 'Answering programs',
  measures: 'how soon the control plane answers with 1000 live pipelines, 200 of them active',
  why: 'A program that manages many cameras waits for each of its calls.',
  how: '200 active pipelines try to reach cameras that never answer, while four clients list, read, set and activate pipelines and read metrics and events over HTTP.',
  minutes: { quick: 0.4, full: 0.8 },
  options: [
    { name: 'seconds', value: 'N', meaning: 'how long the clients ask (20, with --quick 5)' },
    { name: 'pipelines', value: 'N', meaning: 'live pipelines (1000)' },
    { name: 'active', value: 'N', meaning: 'active ones (200)' },
    { name: 'clients', value: 'N', meaning: 'clients, each with its own connection (4)' },
  ],
  needs: [],
  peers: [],
  beside: 'A plain Node.js server that does nothing, measured at the same time.',
  caveats: ['The bare server shows which part of the tail is due to the machine; it does no work.'],
  metrics: [
    { name: '* p50', unit: 'ms', better: 'less', meaning: 'Half of these requests are answered within this time.' },
    {
      name: '* p99',
      unit: 'ms',
      better: 'less',
      meaning: '99 of 100 of these requests are answered within this time.',
    },
    { name: '* max', unit: 'ms', better: 'less', meaning: 'The slowest answer.' },
    { name: 'cpu', unit: 'cores', better: 'less', meaning: 'Processors that the engine keeps busy meanwhile.' },
    { name: 'connections', unit: '', better: 'neither', meaning: 'Connections to cameras that do not answer.' },
  ],
  comparisons: [
    {
      title: 'Answers to direct methods, 99 of 100',
      metric: '* p99',
      note: 'The bare server answers the same machine’s clients and does nothing: what it needs cannot be saved.',
      sides: [
        { label: 'Sluice', name: '* set, * active', metric: 'all methods p99', role: 'ours' },
        { label: 'bare HTTP server', name: 'bare HTTP server, meanwhile', metric: 'POST p99', role: 'floor' },
      ],
    },
  ],
  headlines: [{ label: '99 of 100 calls answered within', name: '* set, * active', metric: 'all methods p99' }],
};
