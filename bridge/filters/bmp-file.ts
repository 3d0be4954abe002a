/** Of the file and of the picture: BITMAPFILEHEADER and BITMAPINFOHEADER. */
const HEADER = 14 + 40;

/** A BMP file of 24 bits a pixel. `rows`: blue, green, red; from the bottom to the top, each a multiple of 4 bytes. */
export const bmpFile = (rows: Uint8Array, { width, height }: { width: number; height: number }): Buffer => {
  const file = Buffer.allocUnsafe(HEADER + rows.length).fill(0, 0, HEADER);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(HEADER, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  file.writeUInt32LE(rows.length, 34);
  file.set(rows, HEADER);
  return file;
};
