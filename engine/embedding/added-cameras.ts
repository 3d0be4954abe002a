import type { CameraInfo } from '../camera-info.js';
import { cameraDocuments, isCameraTopology } from '../cameras-added/documents.js';
import type { CameraOptions } from '../cameras-added/options.js';
import type { ControlPlane } from '../control/index.js';
import { SluiceError } from '../core/errors.js';
import type { Clips as ClipService } from '../recording/clips.js';
import type { PictureOptions } from '../stills/picture.js';
import type { Pictures } from '../stills/pictures.js';
import type { AddedCamera } from './camera-types.js';
import { addedCameraFace } from './cameras.js';
import type { Gate } from './gate.js';

interface AddedCamerasDeps {
  control: Pick<ControlPlane, 'topologies' | 'pipelines'>;
  cameras: { get(name: string): CameraInfo };
  clips: ClipService;
  pictures: Pictures;
  gate: Gate;
}

type ClipListQuery = Omit<NonNullable<Parameters<ClipService['list']>[0]>, 'pipeline'>;

/**
 * Cameras that programs add without a topology. Each is a live pipeline; those with the same kind of options share a topology,
 * which goes with the last of them.
 */
export class AddedCameras {
  readonly #deps: AddedCamerasDeps;
  /** By name, the last thing that is done with it: adding and removing take their turns. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(deps: AddedCamerasDeps) {
    this.#deps = deps;
  }

  add(name: string, url: string, options?: CameraOptions): Promise<AddedCamera> {
    return this.#inTurn(name, () => this.#add(name, url, options));
  }

  added(name: string): AddedCamera {
    if (this.#topologyOf(name) !== undefined) return this.#camera(name);
    throw new SluiceError('CameraNotFound', `no camera '${name}' was added`, {
      kind: 'notFound',
      hint: 'engine.cameras.list() has all cameras, also those of other live pipelines.',
    });
  }

  async #add(name: string, url: string, options: CameraOptions | undefined): Promise<AddedCamera> {
    const { topologies, pipelines } = this.#deps.control;
    const before = this.#topologyOf(name);
    const { topology, pipeline } = cameraDocuments(name, url, options);
    topologies.set(topology);
    try {
      await this.#set(name, pipeline);
    } catch (error) {
      this.#drop(topology.name);
      throw error;
    }
    if (before !== undefined && before !== topology.name) this.#drop(before);
    await pipelines.activate(name);
    return this.#camera(name);
  }

  /** A camera that runs is stopped only if something about it changes. */
  async #set(name: string, pipeline: unknown): Promise<void> {
    const { pipelines } = this.#deps.control;
    try {
      pipelines.set(pipeline);
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'OperationNotAllowedInState') throw error;
      await pipelines.deactivate(name);
      pipelines.set(pipeline);
    }
  }

  async #remove(name: string): Promise<void> {
    const { pipelines } = this.#deps.control;
    const topology = this.#topologyOf(name);
    if (topology === undefined) return;
    await pipelines.deactivate(name);
    pipelines.delete(name);
    this.#drop(topology);
  }

  /** Removes a topology that no camera needs any more. */
  #drop(topology: string): void {
    const { topologies, pipelines } = this.#deps.control;
    if (pipelines.list().some(({ properties }) => properties.topologyName === topology)) return;
    topologies.delete(topology);
  }

  /**
   * The topology of a camera that was added; undefined if there is no such live pipeline.
   * @throws SluiceError `CameraNameTaken` if it has a topology of somebody else
   */
  #topologyOf(name: string): string | undefined {
    const resource = this.#deps.control.pipelines.list().find((each) => each.name === name);
    if (!resource || isCameraTopology(resource.properties.topologyName)) return resource?.properties.topologyName;
    throw new SluiceError('CameraNameTaken', `the live pipeline '${name}' has a topology of its own`, {
      kind: 'conflict',
      where: { pipeline: name },
      hint: 'Give the camera another name, or use engine.pipelines for this one.',
    });
  }

  #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(name) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(name, turn);
    const forget = (): void => {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    };
    turn.then(forget, forget);
    return turn;
  }

  #camera(name: string): AddedCamera {
    const { control, cameras, clips, pictures, gate } = this.#deps;
    const own = (id: string) => {
      const clip = clips.get(id);
      if (clip.pipeline === name) return clip;
      throw new SluiceError('ClipNotFound', `camera '${name}' has no clip '${id.slice(0, 40)}'`, {
        kind: 'notFound',
        hint: 'camera.clips.list() has its clips.',
      });
    };
    return addedCameraFace(
      name,
      {
        clips: {
          list: (query: ClipListQuery = {}) => clips.list({ ...query, pipeline: name }),
          get: own,
          stream: (id: string, range?: { start: number; end: number }) => clips.stream(own(id).id, range),
        },
        state: () => control.pipelines.state(name),
        info: () => cameras.get(name),
        snapshot: (options?: PictureOptions) => pictures.snapshot(name, options),
        remove: () => this.#inTurn(name, () => this.#remove(name)),
      },
      gate,
    );
  }
}
