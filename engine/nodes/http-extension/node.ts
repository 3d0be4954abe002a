import { ExtensionRun } from '../extension-run.js';
import type { ExtensionSettings } from '../extension-settings.js';
import { httpClientOf } from '../inference-client.js';
import { emitAnswer } from '../inference-event.js';
import type { NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';

/** Sends pictures to an HTTP server, one in each request, and publishes what it finds in them. */
export class HttpExtensionNode extends ExtensionRun {
  constructor(settings: ExtensionSettings, context: NodeContext, links: NodeLinks) {
    super({
      ...{ settings, context, links, protocol: 'http' },
      client: httpClientOf(settings, context),
      onAnswer: (answer) => emitAnswer(answer, context, links),
    });
  }
}
