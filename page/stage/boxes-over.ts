import { nothing, svg, type TemplateResult } from 'lit';
import type { SeenBox } from '../media/boxes.js';

/**
 * Boxes over a picture. The drawing has the picture's size and is fitted into the frame as the picture is, so that it lies
 * on it whatever the frame's shape.
 */
export const boxesOver = (
  boxes: readonly SeenBox[],
  width: number,
  height: number,
): TemplateResult | typeof nothing => {
  if (boxes.length === 0 || width === 0) return nothing;
  const font = Math.max(10, height / 28);
  return svg`<svg class="boxes" viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMid meet" aria-hidden="true">
    ${boxes.map(
      (
        box,
      ) => svg`<rect class=${box.kind} x=${box.left * width} y=${box.top * height} width=${box.width * width} height=${box.height * height} vector-effect="non-scaling-stroke"/>
      ${box.label === undefined ? nothing : svg`<text x=${box.left * width + 3} y=${Math.max(font, box.top * height - 4)} font-size=${font}>${box.label}</text>`}`,
    )}
  </svg>`;
};
