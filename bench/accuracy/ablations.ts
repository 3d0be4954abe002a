/**
 * The detector without one of its parts each: text of the kernel's source and what takes its place. When the source
 * changes so that a text is no longer there, the suite says so and stops.
 */
export interface Ablation {
  without: string;
  /** File under wasm/assembly, the text in it (exactly once), and the new text. */
  edits: readonly (readonly [file: string, text: string, instead: string])[];
}

export const ABLATIONS: readonly Ablation[] = [
  { without: '–', edits: [] },
  {
    without: 'thresholds pooled over neighbours',
    edits: [['floors.ts', 'i16x8.max_u(least, i16x8.max_u(pooled, disturbed))', 'i16x8.max_u(least, disturbed)']],
  },
  {
    without: 'nuisance',
    edits: [
      ['assign.ts', 'const NUISANCE_MAX: i32 = 96;', 'const NUISANCE_MAX: i32 = 0;'],
      ['assign.ts', 'return max(nuisance, RETIRED_NUISANCE);', 'return nuisance;'],
    ],
  },
  {
    without: 'structure test',
    edits: [['decide.ts', 'if (!hasStructure(region)) return RegionState.light;', '']],
  },
  {
    without: 'relighting the model',
    edits: [['scene-light.ts', 'if (changedCells(slab) * 5 < total * 2) return;', 'if (true) return;']],
  },
  { without: 'registration', edits: [['scene-shift.ts', '|| shifted) register(slab, dt);', '|| shifted) return;']] },
  { without: 'movement test', edits: [['retire.ts', 'return !moves(slab, region) || atRest ?', 'return atRest ?']] },
  {
    without: 'following (first sight counts)',
    edits: [
      [
        'confirm.ts',
        'if (slab.ageMs >= SETTLING_MS && region.strong >= largeCells(rule)) return true;',
        'if (true) return true;',
      ],
      [
        'confirm.ts',
        'if (track.travelled < NUISANCE_TRAVEL || !track.arrived || !track.straight) return false;',
        'if (true) return true;',
      ],
    ],
  },
  {
    without: 'losing what gets nowhere',
    edits: [
      [
        'retire.ts',
        'if (track.idleMs <= patienceWith(track, region) && !wanders(track, region)) return;',
        'if (true) return;',
      ],
    ],
  },
  {
    without: 'settling at the start',
    edits: [['confirm.ts', 'export const SETTLING_MS: i32 = 2000;', 'export const SETTLING_MS: i32 = 0;']],
  },
  {
    without: 'holding objects (they are learnt)',
    edits: [['assign.ts', 'if (state == RegionState.motion || state == RegionState.still) return Learning.hold;', '']],
  },
  {
    without: 'learning rows in turn (all, always)',
    edits: [['judge.ts', 'const all = age < YOUNG_MS || dt > SPARSE_PICTURES_MS;', 'const all = true;']],
  },
];
