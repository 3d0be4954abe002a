import { ExtensionRun } from '../extension-run.js';
import type { FoundPictures } from '../found-pictures.js';
import { grpcClientOf } from '../inference-client.js';
import { emitAnswer } from '../inference-event.js';
import type { NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import type { GrpcExtensionSettings } from './settings.js';

/** Sends pictures to a gRPC server, on one stream, and publishes what it finds in them. */
export class GrpcExtensionNode implements RunningNode {
  readonly #run: ExtensionRun;

  constructor({ extension, ...options }: GrpcExtensionSettings, context: NodeContext, links: NodeLinks) {
    this.#run = new ExtensionRun({
      ...{ settings: extension, context, links, protocol: 'grpc' },
      client: grpcClientOf(extension, context, options),
      onAnswer: (answer) => emitAnswer(answer, context, links),
    });
  }

  get pictures(): FoundPictures {
    return this.#run.pictures;
  }

  start(): void {
    this.#run.start();
  }

  stop(): Promise<void> {
    return this.#run.stop();
  }
}
