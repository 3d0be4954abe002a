import type { FaultName } from '../telling.js';
import { brokerKilled, brokerRestarted, brokerStopped } from './broker.js';
import { cameraChanged, cameraCut, cameraDamaged, cameraKilled, cameraSlow, cameraStalled } from './cameras.js';
import { controlCalls } from './control.js';
import { diskFull, diskReadOnly, folderAway, mediaRemoved } from './disk.js';
import { killed, killedAlone, restarted } from './engine.js';
import type { Fault } from './fault.js';
import { hostFault } from './hosts.js';
import { configurationChanged, configurationInvalid, outputUnread, readerResumes, readersStuck } from './readers.js';

/** Every fault that a run chooses from. */
export const FAULTS: Readonly<Record<FaultName, Fault>> = {
  'host.ingest.kill': hostFault('ingest', 'SIGKILL'),
  'host.ingest.segv': hostFault('ingest', 'SIGSEGV'),
  'host.ingest.stop': hostFault('ingest', 'SIGSTOP'),
  'host.decode.kill': hostFault('decode', 'SIGKILL'),
  'host.decode.segv': hostFault('decode', 'SIGSEGV'),
  'host.decode.stop': hostFault('decode', 'SIGSTOP'),
  'engine.kill': killed,
  'engine.killAlone': killedAlone,
  'engine.restart': restarted,
  'camera.kill': cameraKilled,
  'camera.stall': cameraStalled,
  'camera.change': cameraChanged,
  'camera.cut': cameraCut,
  'camera.damage.framing': cameraDamaged('framing'),
  'camera.damage.header': cameraDamaged('header'),
  'camera.damage.payload': cameraDamaged('payload', /^yard/),
  'camera.slow': cameraSlow,
  'broker.kill': brokerKilled,
  'broker.stop': brokerStopped,
  'broker.restart': brokerRestarted,
  'disk.full': diskFull,
  'disk.mediaRemoved': mediaRemoved,
  'disk.folderAway': folderAway,
  'disk.readOnly': diskReadOnly,
  'reader.stuck': readersStuck,
  'reader.resume': readerResumes,
  'output.unread': outputUnread,
  'control.calls': controlCalls,
  'config.reload': configurationChanged,
  'config.invalid': configurationInvalid,
};
