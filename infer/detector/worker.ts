/** Runs in a worker thread: decoding and the model take a third of a second, in which connections would wait. */

import { BadRequest } from '../bad-request.js';
import { type Codecs, decodePicture, type PictureFormat } from '../pictures/decode.js';
import { loadCodecs } from './codecs.js';
import { type Found, type Wanted, wantedOf } from './found.js';
import { modelInput } from './input.js';
import { INPUT_SIDE, loadModel, type Model } from './model.js';

export interface Job extends Wanted {
  readonly format: PictureFormat;
  readonly bytes: Uint8Array;
}

/** Errors lose their class on the way between threads, so a bad picture is a result. */
export type Outcome = { readonly found: readonly Found[] } | { readonly bad: string };

let loaded: Promise<[Codecs, Model]> | undefined;

/** Loads everything and runs the model once, which takes longer the first time. */
export async function warmUp(): Promise<void> {
  loaded ??= Promise.all([loadCodecs(), loadModel()]);
  const [, model] = await loaded;
  model(new Float32Array(INPUT_SIDE * INPUT_SIDE * 3));
}

export async function detect({ format, bytes, ...wanted }: Job): Promise<Outcome> {
  loaded ??= Promise.all([loadCodecs(), loadModel()]);
  const [codecs, model] = await loaded;
  try {
    const picture = await decodePicture(bytes, format, codecs);
    const input = modelInput(picture, INPUT_SIDE);
    return { found: wantedOf(model(input.values), input, wanted) };
  } catch (error) {
    if (error instanceof BadRequest) return { bad: error.message };
    throw error;
  }
}
