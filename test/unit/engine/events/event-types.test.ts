import { describe, expect, it } from 'vitest';
import { EventTypes } from '../../../../engine/events/event-types.js';
import type { EventFilter } from '../../../../engine/events/types.js';
import { thrownCode } from '../../../kit/error-code.js';

const problem = (filter: EventFilter, open = false) => thrownCode(() => new EventTypes(open).check(filter));

describe('the types that filters may name', () => {
  it('are those of the engine, in every spelling', () => {
    for (const type of [
      'Microsoft.VideoAnalyzer.Analytics.Inference',
      'Inference',
      'Operational.RecordingStarted',
      'scene.moved',
      'Sluice.Diagnostics.*',
      'Diagnostics.*',
      '*',
    ]) {
      expect(problem({ type }), type).toBe('nothing was thrown');
    }
  });

  it('a misspelt one is refused, with what was meant', () => {
    const meant: Record<string, string> = {
      Inferense: 'Inference',
      'Operational.RecordingStart': 'Operational.RecordingStarted',
      'Sluice.Diagnostic.*': 'Sluice.Diagnostics.*',
      'microsoft.videoanalyzer.analytics.inference': 'Microsoft.VideoAnalyzer.Analytics.Inference',
    };
    for (const [wanted, close] of Object.entries(meant)) {
      expect(() => new EventTypes().check({ type: ['Inference', wanted] }), wanted).toThrow(`did you mean ${close}?`);
    }
    expect(problem({ type: 'Started' })).toBe('EventTypeUnknown');
    expect(() => new EventTypes().check({ type: 'Weather' })).toThrow('docs/ref/events.md');
  });

  it('are open where a program has added node types, but not under the names of the engine', () => {
    expect(problem({ type: 'Example.Analytics.BrightnessChanged' }, true)).toBe('nothing was thrown');
    expect(problem({ type: ['BrightnessChanged', 'Example.*'] }, true)).toBe('nothing was thrown');
    expect(problem({ type: 'Example.Analytics.BrightnessChanged' })).toBe('EventTypeUnknown');
    expect(problem({ type: 'Sluice.Diagnostics.EventLost' }, true)).toBe('EventTypeUnknown');
    expect(problem({ type: 'Microsoft.VideoAnalyzer.Analytic.*' }, true)).toBe('EventTypeUnknown');
  });

  it('what is no filter at all is refused', () => {
    for (const type of ['', 'In*', '*.Inference', 'Sluice.*.EngineStarted', '.*', '**', 'x'.repeat(257)]) {
      expect(problem({ type }, true), type).toBe('EventFilterInvalid');
    }
    expect(problem({ pipeline: ['a', ''] })).toBe('EventFilterInvalid');
    expect(problem({ pipeline: Array.from({ length: 101 }, (_, n) => `p${n}`) })).toBe('EventFilterInvalid');
  });
});
