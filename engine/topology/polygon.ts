export type Point = [number, number];

/**
 * Parses a JSON array of points whose coordinates are in 0..1.
 * @returns the points, or a message that says what is wrong
 */
export const parsePoints = (text: string, least: number, most: number): Point[] | string => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'is not JSON; write it as [[x,y],…]';
  }
  if (!Array.isArray(json)) return 'must be an array of points, [[x,y],…]';
  if (json.length < least || json.length > most) {
    return `has ${json.length} point${json.length === 1 ? '' : 's'}; ${least === most ? `exactly ${least}` : `${least} to ${most}`} are needed`;
  }
  const points: Point[] = [];
  for (const [index, point] of json.entries()) {
    if (!Array.isArray(point) || point.length !== 2) return `has a point ${index} that is not [x,y]`;
    const [x, y] = point.map((c) =>
      typeof c === 'number' || (typeof c === 'string' && c.trim()) ? Number(c) : Number.NaN,
    ) as Point;
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return `has a point ${index} outside of 0..1`;
    points.push([x, y]);
  }
  return points;
};
