import { FAULT_NAMES, type FaultName } from '../telling.js';

const roomOf = (fault: FaultName): string => fault.slice(0, fault.indexOf('.'));

/** During these a second fault can be told of: the engine runs, its log can be written, and its reader reads. */
const ROOMY = new Set(['camera', 'host', 'broker']);
/** During these not, or they need the stage for themselves. */
const ALONE: ReadonlySet<FaultName> = new Set(['disk.full', 'disk.folderAway', 'disk.readOnly', 'output.unread']);

/** Whether what tells of one fault could not be told from, or be prevented by, the other. */
const entangled = (one: FaultName, other: FaultName): boolean =>
  roomOf(one) === 'camera' && other.startsWith('host.ingest.');

/** Faults that may come on top of one that lasts. */
export const companionsOf = (fault: FaultName): FaultName[] =>
  FAULT_NAMES.filter(
    (other) =>
      ROOMY.has(roomOf(fault)) &&
      roomOf(fault) !== roomOf(other) &&
      !ALONE.has(other) &&
      !entangled(fault, other) &&
      !entangled(other, fault),
  );
