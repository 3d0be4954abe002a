// The part of the WebAssembly API that is used here: TypeScript has it only among the browser's types.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
  }
  class Instance {
    readonly exports: Record<string, unknown>;
  }
  class Table {
    readonly length: number;
  }
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}
