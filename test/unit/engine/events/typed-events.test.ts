/** What does not compile is the test: `npm run check` reads this file. */
import { expect, it } from 'vitest';
import type { EventDraft } from '../../../../engine/events/types.js';
import { AvaEvent, type EngineEvent, type EventRecord, SluiceEvent } from '../../../../engine/index.js';

const seen: unknown[] = [];

const readers: ((event: EngineEvent) => void)[] = [
  (event) => {
    if (event.eventType === AvaEvent.RecordingAvailable) seen.push(event.data.outputLocation.length, event.data.bytes);
    if (event.eventType === 'Sluice.Diagnostics.SignalIgnored' && event.data.reason === 'late') seen.push(event.seq);
    if (event.eventType === AvaEvent.Inference && 'inferences' in event.data) {
      for (const each of event.data.inferences) if (each.type === 'entity') seen.push(each.entity.tag.value);
    }
  },
  (event) => {
    // @ts-expect-error a type that does not exist
    seen.push(event.eventType === 'Microsoft.VideoAnalyzer.Operational.RecordingFinished');
  },
  (event) => {
    // @ts-expect-error a field that this type does not have
    if (event.eventType === AvaEvent.RecordingStarted) seen.push(event.data.outputLocaton);
  },
  (event) => {
    // @ts-expect-error a field that another type has
    if (event.eventType === AvaEvent.PipelineStateChanged) seen.push(event.data.outputLocation);
  },
  (event) => {
    // @ts-expect-error a reason that does not exist
    if (event.eventType === AvaEvent.RecordingStopped) seen.push(event.data.reason === 'timeout');
  },
  (event) => {
    // @ts-expect-error a number, not a text
    if (event.eventType === AvaEvent.RecordingAvailable) seen.push(event.data.bytes.length);
  },
];

const drafts: EventDraft<string>[] = [];
const publish = <Type extends string>(draft: EventDraft<Type>) => drafts.push(draft as EventDraft);
const place = { subject: '', eventTime: 0 as never };

it('an event and its data go together, for readers and for what publishes', () => {
  publish({ ...place, eventType: SluiceEvent.SignalIgnored, data: { reason: 'late' } });
  // @ts-expect-error data of another type
  publish({ ...place, eventType: SluiceEvent.SignalIgnored, data: { message: 'late' } });
  publish({ ...place, eventType: 'Example.Dark', data: { level: 0.2 } });
  const dark: EventRecord<'Example.Dark'>['data'] = { level: 0.2 };
  expect([readers.length, drafts.length, dark['level']]).toEqual([6, 3, 0.2]);
});
