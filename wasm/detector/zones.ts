/** Zones become one byte a cell (0: not looked at) and a table of rules. Done once for each size of picture. */
import { CELL, MAX_ZONE_RULES } from '../layout.js';
import type { MotionSettings, Sensitivity, Zone } from '../types.js';

export interface ZoneMap {
  /** One byte a cell, `cellStride` a row: 0 or 1 + index into `rules`. */
  cells: Uint8Array;
  rules: { name: string | undefined; sensitivity: Sensitivity; minCells: number }[];
}

/** Even-odd rule; a point on an edge may fall to either side. */
export function insidePolygon(polygon: Zone['polygon'], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i] as readonly [number, number];
    const [xj, yj] = polygon[j] as readonly [number, number];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/**
 * The first include zone that holds a cell's centre gives it its rule; exclude and privacy zones win over all. Without
 * include zones the whole picture has the camera's own rule.
 */
export function zoneMap(
  settings: MotionSettings,
  size: { width: number; height: number; cellsX: number; cellsY: number; cellStride: number },
): ZoneMap {
  const zones = settings.zones ?? [];
  const include = zones.filter((zone) => zone.kind === 'include').slice(0, MAX_ZONE_RULES);
  const closed = zones.filter((zone) => zone.kind !== 'include');
  const total = size.cellsX * size.cellsY;
  const rules: ZoneMap['rules'] =
    include.length === 0
      ? [{ name: undefined, sensitivity: settings.sensitivity, minCells: 0 }]
      : include.map((zone) => ({
          name: zone.name,
          sensitivity: zone.sensitivity ?? settings.sensitivity,
          minCells: Math.ceil((zone.minimumSize ?? 0) * total),
        }));
  const cells = new Uint8Array(size.cellStride * size.cellsY);
  for (let cy = 0; cy < size.cellsY; cy++) {
    for (let cx = 0; cx < size.cellsX; cx++) {
      const x = ((cx + 0.5) * CELL) / size.width;
      const y = ((cy + 0.5) * CELL) / size.height;
      if (closed.some((zone) => insidePolygon(zone.polygon, x, y))) continue;
      const rule = include.length === 0 ? 0 : include.findIndex((zone) => insidePolygon(zone.polygon, x, y));
      cells[cy * size.cellStride + cx] = rule + 1;
    }
  }
  return { cells, rules };
}
