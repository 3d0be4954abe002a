import { describe, expect, it, vi } from 'vitest';
import { ControlPlane } from '../../../../engine/control/control-plane.js';
import { METHOD_RULES, ruledMethod } from '../../../../engine/fleet/method-rules.js';
import { onvifMethods } from '../../../../engine/onvif/methods.js';
import { controlHarness } from '../../../kit/control-harness.js';
import { FakeClock } from '../../../kit/fake-clock.js';

describe('the rules of direct methods', () => {
  it('are about every method that an engine has, and no other', () => {
    const registered = vi.spyOn(ControlPlane.prototype, 'registerMethod');
    controlHarness();
    const names = [
      ...registered.mock.calls.map(([name]) => name),
      ...Object.keys(onvifMethods({ clock: new FakeClock() })),
    ];
    registered.mockRestore();
    expect(Object.keys(METHOD_RULES).sort()).toEqual([...new Set(names)].sort());
  });

  it('are found whatever the case', () => {
    expect(ruledMethod('LIVEpipelineset')).toBe('livePipelineSet');
    expect(ruledMethod('unheardOf')).toBeUndefined();
  });
});
