/** Smaller ones come from Node's own pool. */
const SMALLEST = 4096;
/** Larger ones are rare: keyframes of large pictures. */
const LARGEST = 1024 * 1024;
/** So much of each size waits to be used again. Where more was in use at once, a reader was behind. */
const MOST_FREE_BYTES = 32 * 1024 * 1024;

/** Free buffers by the logarithm of their size. */
const free = new Map<number, ArrayBuffer[]>();
/** Those in use. What is given up instead of given back is forgotten here as well. */
const lent = new WeakSet<ArrayBuffer>();

/**
 * Room for a packet, with any content. To be given back when it has been written: Node takes each buffer of this size from the system,
 * and looks through its whole heap for unused ones again after a few dozen MB of them, which is some seconds of a few cameras.
 */
export const takePacket = (length: number): Buffer => {
  if (length < SMALLEST || length > LARGEST) return Buffer.allocUnsafe(length);
  const size = 32 - Math.clz32(length - 1);
  const memory = free.get(size)?.pop() ?? new ArrayBuffer(2 ** size);
  lent.add(memory);
  return Buffer.from(memory, 0, length);
};

/** Nobody reads the packet any more. What is not from here, or has been given back before, is left alone. */
export const givePacket = ({ buffer }: Buffer): void => {
  const memory = buffer as ArrayBuffer;
  if (!lent.delete(memory)) return;
  const size = 31 - Math.clz32(memory.byteLength);
  const alike = free.get(size) ?? [];
  free.set(size, alike);
  if ((alike.length + 1) * memory.byteLength <= MOST_FREE_BYTES) alike.push(memory);
};
