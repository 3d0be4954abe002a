export { SCENES } from './scenes.js';
export { startSimulator } from './simulator.js';
export type { Simulator, SimulatorCommand, SimulatorOptions } from './types.js';
