/** What `sluice infer` uses. Nothing here is part of the engine, which asks it over HTTP and gRPC like any other server. */
export { wantedObjects } from './options.js';
export { installPackages } from './packages.js';
export { startInferenceServer } from './serve.js';
