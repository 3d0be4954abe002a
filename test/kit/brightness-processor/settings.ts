import type { BrightnessDocument } from './schema.js';

export interface BrightnessSettings {
  /** Mean brightness, from 0 to 1, from which a picture counts as bright. */
  threshold: number;
}

export const brightnessSettings = ({ threshold }: BrightnessDocument): BrightnessSettings => ({
  threshold: Number(threshold ?? 0.5),
});
