export { movesAt, SCENES, type Scene, sceneNamed, sceneRenderer } from './scenes.js';
export { startSimulator } from './simulator.js';
export type {
  EncodingOptions,
  SimulatedCamera,
  Simulator,
  SimulatorCommand,
  SimulatorEvent,
  SimulatorOptions,
} from './types.js';
