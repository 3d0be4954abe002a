import { payloadJson } from '../core/method-result.js';
import type { Engine } from '../engine.js';
import { partsOf } from '../parts-of.js';
import type { Definition, Questions } from './messages.js';

type Answers = { [Question in keyof Questions]: AnswerOf<Questions[Question]> };
type AnswerOf<Ask> = Ask extends (...given: infer Given) => infer Answer
  ? (...given: Given) => Answer | Promise<Answer>
  : never;

/** What an engine answers to the front. */
export const answersOf = (engine: Engine): Answers => {
  const { control, inputs, cameras, pictures, clips, archive, metrics } = partsOf(engine);
  return {
    invoke: async (method, payload) => {
      const result = await control.invoke(method, payload);
      return { status: result.status, json: payloadJson(result)?.toString() };
    },
    deliver: (input, message, target) => inputs.deliver(input, message, target),
    cameras: () => cameras.list(),
    picture: async (camera, width) => {
      const { jpeg, version } = await pictures.snapshot(camera, { width });
      return { jpeg, version };
    },
    clips: (query) => clips.placed(query),
    metrics: () => metrics.text(),
    readiness: () => engine.readiness(),
    definitions: () => ({
      topologies: control.topologies.stored().map(({ topology, systemData }) => definitionOf(topology, systemData)),
      adapters: control.remoteDeviceAdapters
        .stored()
        .map(({ name, properties, systemData }) => definitionOf({ name, properties }, systemData)),
    }),
    holdings: () => ({
      pipelines: control.pipelines.uses(),
      videos: archive.segments.videos().map(({ name }) => name),
    }),
    uses: (document) => control.pipelines.usesOfDocument(document),
  };
};

const definitionOf = <D extends { name: string }>(
  document: D,
  { lastModifiedAt }: { lastModifiedAt: string },
): Definition => ({
  name: document.name,
  modifiedAt: lastModifiedAt,
  document,
});
