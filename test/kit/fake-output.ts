import type { PatientOutput, Written } from '../../engine/log/standard-output.js';

/** An output whose reader does what the test says. */
export class FakeOutput implements PatientOutput {
  text = '';
  /** Bytes that the reader still takes. */
  room = Number.POSITIVE_INFINITY;
  failure: string | undefined;

  write(bytes: Uint8Array): Written {
    if (this.failure !== undefined) return { kind: 'failed', code: this.failure };
    if (this.room === 0) return { kind: 'full' };
    const taken = Math.min(this.room, bytes.length);
    this.room -= taken;
    this.text += Buffer.from(bytes.subarray(0, taken)).toString();
    return { kind: 'taken', bytes: taken };
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}
