/**
 * Pictures that say which they are: their number, then bytes that all follow from it. A server that was shown another
 * one, or half of it, cannot but tell.
 */
const HEAD = 4;

export const numberedPicture = (number: number, length: number): Buffer => {
  const picture = Buffer.alloc(length, number & 0xff);
  picture.writeUInt32BE(number);
  return picture;
};

/** @returns undefined if it is not one picture */
export const numberOfPicture = (picture: Uint8Array): number | undefined => {
  if (picture.length < HEAD) return undefined;
  const number = Buffer.from(picture.buffer, picture.byteOffset, picture.length).readUInt32BE();
  return picture.subarray(HEAD).every((byte) => byte === (number & 0xff)) ? number : undefined;
};
