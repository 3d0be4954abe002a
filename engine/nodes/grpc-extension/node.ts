import { ExtensionRun } from '../extension-run.js';
import { grpcClientOf } from '../inference-client.js';
import { emitAnswer } from '../inference-event.js';
import type { NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { GrpcExtensionSettings } from './settings.js';

/** Sends pictures to a gRPC server, on one stream, and publishes what it finds in them. */
export class GrpcExtensionNode extends ExtensionRun {
  constructor({ extension, ...options }: GrpcExtensionSettings, context: NodeContext, links: NodeLinks) {
    super({
      ...{ settings: extension, context, links, protocol: 'grpc' },
      client: grpcClientOf(extension, context, options),
      onAnswer: (answer) => emitAnswer(answer, context, links),
    });
  }
}
