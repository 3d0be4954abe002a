/**
 * A SourceBuffer takes one thing after the other and says when it is done. This is the line in front of it. What fails ends
 * the line: the media element has an error by then.
 */
export class AppendQueue {
  readonly #buffer: SourceBuffer;
  readonly #tasks: (() => void)[] = [];
  readonly #onIdle: () => void;
  #failed = false;

  constructor(buffer: SourceBuffer, onIdle: () => void = () => {}) {
    this.#buffer = buffer;
    this.#onIdle = onIdle;
    buffer.addEventListener('updateend', () => this.#next());
    buffer.addEventListener('error', () => {
      this.#failed = true;
    });
  }

  get waiting(): number {
    return this.#tasks.length;
  }

  get failed(): boolean {
    return this.#failed;
  }

  append(bytes: Uint8Array<ArrayBuffer>): void {
    this.#add(() => this.#buffer.appendBuffer(bytes));
  }

  /** For what follows with another decoder configuration. */
  changeType(type: string): void {
    this.#add(() => {
      this.#buffer.changeType(type);
      this.#next();
    });
  }

  remove(start: number, end: number): void {
    if (end > start) this.#add(() => this.#buffer.remove(start, end));
  }

  #add(task: () => void): void {
    this.#tasks.push(task);
    if (!this.#buffer.updating && this.#tasks.length === 1) this.#next();
  }

  #next(): void {
    if (this.#failed || this.#buffer.updating) return;
    const task = this.#tasks.shift();
    if (!task) {
      this.#onIdle();
      return;
    }
    try {
      task();
    } catch {
      // The source was closed meanwhile, or there is no room. Either way nothing more goes in.
      this.#failed = true;
    }
  }
}
