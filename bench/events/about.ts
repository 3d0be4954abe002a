import type { SuiteAbout } from '../common/definition.js';

export const about: SuiteAbout = {
  name: 'events',
  title: 'Handing out events',
  measures: 'handing out events to many WebSocket subscribers, from a durable log',
  why: 'No event may be lost, and keeping them must not make them late.',
  how: 'The engine’s log and event socket hand out events to 1000 subscribers, to ten at a high rate, and as fast as it goes; a bare broadcast with the same WebSocket library, which keeps nothing, does the same before. The subscribers are another process.',
  minutes: { quick: 0.7, full: 3 },
  options: [],
  needs: ['ws'],
  peers: [],
  beside: 'A broadcast with the ws library that writes nothing down.',
  caveats: [
    'The bare broadcast does less: it has no log, no numbers and no way to ask for what was missed. Its figures are what cannot be saved.',
  ],
  metrics: [
    { name: 'delivered', unit: 'events', better: 'neither', meaning: 'Events that came, of all subscribers.' },
    { name: 'lost', unit: 'events', better: 'less', meaning: 'Events that did not come.' },
    {
      name: 'repeated or out of order',
      unit: 'events',
      better: 'less',
      meaning: 'Events that came twice or too early.',
    },
    {
      name: 'server CPU per delivery',
      unit: 'µs',
      better: 'less',
      meaning: 'Processor time of the server for one event to one subscriber.',
    },
    { name: 'latency *', unit: 'ms', better: 'less', meaning: 'From publishing an event to its arrival.' },
    { name: 'server memory', unit: 'MB', better: 'less', meaning: 'Memory of the server’s process.' },
    {
      name: 'deliveries per second',
      unit: '1/s',
      better: 'more',
      meaning: 'How many events to subscribers go out at most.',
    },
  ],
  comparisons: [
    {
      title: 'Latency of an event to 1000 subscribers, 99 of 100',
      metric: 'latency *',
      sides: [
        { label: 'Sluice', name: '1000 subscribers *', metric: 'latency p99', role: 'ours' },
        {
          label: 'bare ws broadcast',
          name: 'bare ws broadcast, 1000 subscribers *',
          metric: 'latency p99',
          role: 'peer',
        },
      ],
    },
    {
      title: 'Processor time of an event to one of 1000 subscribers',
      metric: 'server CPU per delivery',
      sides: [
        { label: 'Sluice', name: '1000 subscribers *', role: 'ours' },
        { label: 'bare ws broadcast', name: 'bare ws broadcast, 1000 subscribers *', role: 'peer' },
      ],
    },
    {
      title: 'Deliveries per second at most, ten subscribers',
      metric: 'deliveries per second',
      sides: [
        { label: 'bare ws broadcast', name: 'bare ws broadcast, * events at once *', role: 'peer' },
        { label: 'Sluice', name: '* events at once *', role: 'ours' },
      ],
    },
  ],
  headlines: [{ label: 'Events lost', name: '1000 subscribers *', metric: 'lost' }],
};
