import { type ExtensionSettings, extensionSettings } from '../extension-settings.js';
import type { GrpcOptions } from '../inference-client.js';
import type { GrpcExtensionDocument } from './schema.js';

export interface GrpcExtensionSettings extends GrpcOptions {
  extension: ExtensionSettings;
}

/** AVA's samples have 64 to 75. */
const DEFAULT_SHARED_MIB = 64;

export const grpcExtensionSettings = (document: GrpcExtensionDocument): GrpcExtensionSettings => {
  const { dataTransfer, extensionConfiguration } = document;
  return {
    extension: extensionSettings(document),
    transfer:
      dataTransfer.mode === 'sharedMemory'
        ? { mode: 'sharedMemory', sizeMiB: Number(dataTransfer.sharedMemorySizeMiB ?? DEFAULT_SHARED_MIB) }
        : { mode: 'embedded' },
    ...(extensionConfiguration === undefined ? {} : { extensionConfiguration }),
  };
};
