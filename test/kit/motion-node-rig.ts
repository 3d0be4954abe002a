import type { MediaTime } from '../../engine/core/time.js';
import { motionDetectionProcessor } from '../../engine/nodes/motion-detection-processor/index.js';
import { MotionDetectionNode } from '../../engine/nodes/motion-detection-processor/node.js';
import { RtspSourceNode } from '../../engine/nodes/rtsp-source/node.js';
import { latest } from './fake-bridge.js';
import type { FakeMotionCamera } from './fake-motion-pool.js';
import { FakeOutlet, NodeRig, type NodeRigOptions } from './node-rig.js';

const ENDPOINT = { url: 'rtsp://camera/1', secured: false, ignoreHostname: false, ignoreSignature: false };

/** A detector behind a camera that streams. */
export class MotionNodeRig extends NodeRig {
  readonly #context = this.context('motion');
  readonly outlet = new FakeOutlet(this.#context);
  readonly source = new RtspSourceNode(
    { endpoint: ENDPOINT, transport: 'tcp', priority: 'normal' },
    this.context('camera', 'sources'),
  );
  readonly node: MotionDetectionNode;

  constructor(document: Record<string, unknown> = {}, options: NodeRigOptions = {}) {
    super(options);
    const settings = motionDetectionProcessor.settings(
      { '@type': motionDetectionProcessor.type, name: 'motion', inputs: [], ...document } as never,
      { topologyName: 't', pipelineName: 'p1' },
    );
    this.node = new MotionDetectionNode(
      settings,
      this.#context,
      this.links({ pictures: [this.source.pictures], events: this.outlet }),
    );
  }

  static async started(document?: Record<string, unknown>, options?: NodeRigOptions): Promise<MotionNodeRig> {
    const rig = new MotionNodeRig(document, options);
    rig.node.start();
    rig.source.start();
    await rig.connected();
    return rig;
  }

  get detector(): FakeMotionCamera {
    return latest(this.motion.cameras);
  }

  get newest(): MediaTime {
    return this.session.ring.newest!.pts;
  }

  dropped(cause: string): number {
    return this.metrics.camera('rtsp://camera/1').dropped(cause).value;
  }
}
