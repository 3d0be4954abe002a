import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { HardwareKind } from '../hardware.js';
import type { HostDevices } from '../hosts/role-rights.js';

/** The device nodes of each kind of hardware. Without any nothing else is looked at, which costs a few readings of folders. */

export type NodesByKind = Readonly<Record<HardwareKind, readonly string[]>>;

/** What of the file system is looked at. */
export interface DeviceFiles {
  /** Names in a folder; none if there is no such folder. */
  names(folder: string): readonly string[];
  /** Name of the driver of a video device, as far as it is known. */
  driverOf(name: string): string | undefined;
}

const DEV = '/dev';
const DRI = '/dev/dri';

export const nodesByKind = (files: DeviceFiles = SYSTEM): NodesByKind => {
  const named = files.names(DEV);
  const at = (folder: string, names: readonly string[], pattern: RegExp): string[] =>
    names
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => join(folder, name));
  const cards = at(DEV, named, /^nvidia\d+$/);
  const codecs = named.filter((name) => /^video\d+$/.test(name) && files.driverOf(name) !== WEBCAM);
  const media = at(DEV, named, /^media\d+$/);
  return {
    nvdec: cards.length === 0 ? [] : [...cards, ...at(DEV, named, /^nvidia(?:ctl|-uvm|-uvm-tools|-modeset)$/)],
    vaapi: at(DRI, files.names(DRI), /^renderD\d+$/),
    // A decoder of this kind has a node for its pictures and one for what each of them needs.
    v4l2: media.length === 0 || codecs.length === 0 ? [] : [...at(DEV, codecs, /./), ...media],
  };
};

/** A camera that is plugged in is a video device as well, and decodes nothing. */
const WEBCAM = 'uvcvideo';

const SYSTEM: DeviceFiles = {
  names: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
  driverOf: (name) => {
    try {
      return basename(realpathSync(`/sys/class/video4linux/${name}/device/driver`));
    } catch {
      return undefined;
    }
  },
};

/** What a host has to be given for these nodes. */
export const devicesOf = (nodes: readonly string[]): HostDevices => ({
  nodes,
  groups: [
    ...new Set(
      nodes.flatMap((node) => {
        const gid = existsSync(node) ? statSync(node).gid : 0;
        // Whoever has root's group gets at more than a device.
        return gid === 0 ? [] : [gid];
      }),
    ),
  ],
});
