/** Words of a device, made safe to quote: one line of what can be printed, and not much of it. */
export const printable = (text: string, max = 200): string => {
  const line = text
    .slice(0, max * 4)
    .replace(/[\p{C}\p{Z}\ufffd]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length > max ? `${characters.slice(0, max).join('')}…` : line;
};
