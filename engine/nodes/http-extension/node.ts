import { ExtensionRun } from '../extension-run.js';
import type { ExtensionSettings } from '../extension-settings.js';
import type { FoundPictures } from '../found-pictures.js';
import { httpClientOf } from '../inference-client.js';
import { emitAnswer } from '../inference-event.js';
import type { NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';

/** Sends pictures to an HTTP server, one in each request, and publishes what it finds in them. */
export class HttpExtensionNode implements RunningNode {
  readonly #run: ExtensionRun;

  constructor(settings: ExtensionSettings, context: NodeContext, links: NodeLinks) {
    this.#run = new ExtensionRun({
      ...{ settings, context, links, protocol: 'http' },
      client: httpClientOf(settings, context),
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
