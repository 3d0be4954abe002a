import { readFileSync } from 'node:fs';
import { loadPackage, packageFile } from '../packages.js';

interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
}
/** What is used of TensorFlow.js. Its packages are not there when this is compiled. */
interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  tensor4d(values: Float32Array, shape: readonly number[]): Tensor;
  tidy(work: () => Tensor): Tensor;
}
interface GraphModel {
  execute(input: Tensor, output: string): Tensor;
}
interface Converter {
  loadGraphModel(files: { load(): Promise<object> }): Promise<GraphModel>;
}
interface ModelFile {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: readonly object[] }[];
}

export const MODEL = 'centernet';
/** Width and height of the model's input. */
export const INPUT_SIDE = 512;
/** The output where boxes, confidences and classes are put together already. */
const OUTPUT = 'tower_0/detections';

/** Runs the model on an input of `modelInput`. The result is as `wantedOf` reads it. */
export type Model = (input: Float32Array) => Float32Array;

export async function loadModel(): Promise<Model> {
  const tensorFlow = await loadPackage<TensorFlow>('@tensorflow/tfjs-core');
  const converter = await loadPackage<Converter>('@tensorflow/tfjs-converter');
  await loadPackage('@tensorflow/tfjs-backend-wasm');
  if (!(await tensorFlow.setBackend('wasm'))) throw new Error('TensorFlow.js cannot run WebAssembly here');
  const file = JSON.parse(readFileSync(packageFile(`@vladmandic/human/models/${MODEL}.json`), 'utf8')) as ModelFile;
  const weights = readFileSync(packageFile(`@vladmandic/human/models/${MODEL}.bin`));
  const model = await converter.loadGraphModel({
    load: async () => ({
      ...file,
      weightSpecs: file.weightsManifest.flatMap(({ weights }) => weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
    }),
  });
  return (input) => {
    const output = tensorFlow.tidy(() =>
      model.execute(tensorFlow.tensor4d(input, [1, INPUT_SIDE, INPUT_SIDE, 3]), OUTPUT),
    );
    // A copy: the tensor's memory is that of the WebAssembly instance.
    const values = output.dataSync().slice();
    output.dispose();
    return values;
  };
}
