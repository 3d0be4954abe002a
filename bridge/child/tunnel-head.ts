import { authorize, type Credentials, parseChallenges } from '../rtsp/authorization.js';
import type { CameraUrl } from '../rtsp/camera-url.js';

const END = '\r\n\r\n';
const MAX_HEAD = 64 * 1024;

/**
 * The head with which rtspsrc opens half of an HTTP tunnel. It is written for a proxy, with the whole URL in its first line,
 * and goes to the camera, which is to see the path only; so a digest, which covers what stands in that line, is made anew.
 */
export class TunnelHead {
  readonly #camera: CameraUrl;
  readonly #credentials: Credentials | undefined;
  #received = Buffer.alloc(0);

  constructor(camera: CameraUrl, credentials: Credentials | undefined) {
    this.#camera = camera;
    this.#credentials = credentials;
  }

  /**
   * What is to be sent, once the head has come: the head, and what stood behind it. In two parts, because servers have been
   * seen to overlook RTSP that comes as one with the head of the POST.
   */
  push(chunk: Buffer): Buffer[] | undefined {
    this.#received = Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(END);
    if (end < 0) return this.#received.length < MAX_HEAD ? undefined : [this.#received];
    const head = Buffer.from(this.#forCamera(this.#received.toString('latin1', 0, end)) + END, 'latin1');
    const rest = this.#received.subarray(end + END.length);
    return rest.length === 0 ? [head] : [head, rest];
  }

  #forCamera(head: string): string {
    const { path } = this.#camera;
    const [, method = ''] = /^(GET|POST) http:\/\/\S* /.exec(head) ?? [];
    if (method === '') return head;
    return head
      .replace(/^\S+ \S+/, () => `${method} ${path}`)
      .replace(/^(Authorization: )(Digest .*)$/im, (line, name: string, value: string) => {
        const [challenge] = parseChallenges([value]);
        if (challenge === undefined || this.#credentials === undefined) return line;
        return name + authorize(challenge, this.#credentials, { method, uri: path });
      });
  }
}
