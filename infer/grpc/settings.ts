import { PIXEL_FORMATS as FORMATS } from '../../engine/core/pixel-formats.js';
import type { WireDescriptor } from '../../engine/inference/grpc/contract.js';
import { PIXEL_FORMATS } from '../../engine/inference/grpc/descriptor.js';
import { BadRequest } from '../bad-request.js';
import type { Wanted } from '../detector/found.js';
import { wantedBy } from '../http/query.js';
import type { PictureFormat } from '../pictures/decode.js';
import { SharedMemory } from './shared-memory.js';

const RAW = 3;

/** What a stream's first message says about the pictures that follow. */
export interface StreamSettings {
  readonly format: PictureFormat;
  readonly wanted: Wanted;
  readonly memory?: SharedMemory;
}

/** @throws BadRequest if no picture could be read with it */
export async function readDescriptor(descriptor: WireDescriptor, server: Wanted): Promise<StreamSettings> {
  // Topologies pass their extensionConfiguration on; it is written like the query of a URL over HTTP.
  const query = Object.fromEntries(new URLSearchParams(descriptor.extensionConfiguration ?? ''));
  const wanted = wantedBy(query, server);
  const format = formatOf(descriptor);
  const shared = descriptor.sharedMemoryBufferTransferProperties;
  if (!shared) return { format, wanted };
  return { format, wanted, memory: await SharedMemory.open(shared.handleName ?? '', shared.lengthBytes ?? 0) };
}

function formatOf({ mediaDescriptor }: WireDescriptor): PictureFormat {
  const sample = mediaDescriptor?.videoFrameSampleFormat;
  if (!sample) throw new BadRequest('the descriptor does not say what the pictures are');
  if (sample.encoding !== RAW) return { kind: 'encoded' };
  const [pixelFormat] = FORMATS.filter((format) => PIXEL_FORMATS[format] === sample.pixelFormat);
  if (pixelFormat === undefined) throw new BadRequest(`raw pictures have no pixel format ${sample.pixelFormat ?? 0}`);
  const { width = 0, height = 0 } = sample.dimensions ?? {};
  return { kind: 'raw', pixelFormat, width, height, strideBytes: sample.strideBytes ?? 0 };
}
