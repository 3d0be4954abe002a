import { describe, expect, it } from 'vitest';
import { type DeviceFiles, devicesOf, nodesByKind } from '../../../../bridge/decoders/device-nodes.js';

const machine = (dev: string[], dri: string[] = [], drivers: Record<string, string> = {}): DeviceFiles => ({
  names: (folder) => (folder === '/dev' ? dev : dri),
  driverOf: (name) => drivers[name],
});

const NONE = { nvdec: [], vaapi: [], v4l2: [] };

describe('the device nodes of hardware decoders', () => {
  it('are none where there is no such device', () => {
    expect(nodesByKind(machine(['null', 'tty', 'nvidiactl']))).toEqual(NONE);
  });

  it('are those of a card and what controls it', () => {
    const dev = ['nvidia0', 'nvidia10', 'nvidiactl', 'nvidia-uvm', 'nvidia-caps', 'null'];
    expect(nodesByKind(machine(dev, ['card0', 'renderD128']))).toEqual({
      ...NONE,
      nvdec: ['/dev/nvidia0', '/dev/nvidia10', '/dev/nvidia-uvm', '/dev/nvidiactl'],
      vaapi: ['/dev/dri/renderD128'],
    });
  });

  it('are not those of a camera that is plugged in', () => {
    const webcam = { video0: 'uvcvideo', video1: 'uvcvideo' };
    expect(nodesByKind(machine(['video0', 'video1', 'media0'], [], webcam))).toEqual(NONE);
    expect(nodesByKind(machine(['video0', 'video10', 'media0'], [], { ...webcam, video10: 'rpivid' }))).toEqual({
      ...NONE,
      v4l2: ['/dev/video10', '/dev/media0'],
    });
    expect(nodesByKind(machine(['video10'], [], { video10: 'bcm2835-codec' }))).toEqual(NONE);
  });

  it('never bring the group of root along', () => {
    expect(devicesOf(['/dev/null', '/dev/not-there'])).toEqual({ nodes: ['/dev/null', '/dev/not-there'], groups: [] });
  });
});
