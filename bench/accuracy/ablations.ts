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
    without: 'its own pace (every picture is judged)',
    edits: [['judge.ts', 'const LEAST_STEP_MS: i32 = 145;', 'const LEAST_STEP_MS: i32 = 1;']],
  },
  {
    without: 'a low ceiling of limits (100 levels)',
    edits: [['runs.ts', 'const THRESHOLD_CEILING: i32 = 24;', 'const THRESHOLD_CEILING: i32 = 100;']],
  },
  {
    without: 'limits that rise slowly where it is calm',
    edits: [['rates.ts', 'calm ? 8000 : 2000', '2000']],
  },
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
    without: 'unrest (it is always calm)',
    edits: [['unrest.ts', 'return slab.unrest > RESTLESS || farApart(slab);', 'return farApart(slab);']],
  },
  {
    without: 'presence (only what travels or is large)',
    edits: [
      [
        'presence.ts',
        'return track.presence >= PRESENCE_MS && track.presence * region.strong',
        'return false && region.strong',
      ],
    ],
  },
  {
    without: 'a second sight (first sight counts)',
    edits: [
      ['confirm.ts', 'if (track.presence == 0 || track.lifeMs < LASTING_MS) return false;', 'if (true) return true;'],
    ],
  },
  {
    without: 'following that predicts',
    edits: [
      ['match.ts', 'const goneX = calm ? track.goneX(after) : 0;', 'const goneX = 0;'],
      ['match.ts', 'const goneY = calm ? track.goneY(after) : 0;', 'const goneY = 0;'],
    ],
  },
  {
    without: 'journeys that begin anew with a fragment',
    edits: [['match.ts', 'if (!calm && apart(track, region)) track.setOut(region);', '']],
  },
  {
    without: 'structure test',
    edits: [['decide.ts', 'if (!hasStructure(region)) return RegionState.light;', '']],
  },
  {
    without: 'relighting the model',
    edits: [
      [
        'scene-light.ts',
        'if (changed * 5 < LEAST_CELLS * 2 || changed * 5 < litCells(slab) * 2) return;',
        'if (true) return;',
      ],
    ],
  },
  { without: 'registration', edits: [['scene-shift.ts', '|| shifted) register(slab, dt);', '|| shifted) return;']] },
  {
    without: 'a pan that is told by all parts of the picture',
    edits: [['scene-pan.ts', 'const everywhere = markedEverywhere(slab, total);', 'const everywhere = false;']],
  },
  {
    without: 'movement test',
    edits: [['retire.ts', 'return !moves(slab, track, region) || atRest ?', 'return atRest ?']],
  },
  {
    without: 'rest (three cells that stir are movement)',
    edits: [['retire.ts', 'if (track.idleMs < RESTING_MS) return', 'if (true) return']],
  },
  {
    without: 'holding objects (they are learnt)',
    edits: [
      [
        'assign.ts',
        'if (state == RegionState.motion || state == RegionState.still || region.presence > 0) return Learning.hold;',
        '',
      ],
    ],
  },
  {
    without: 'learning rows in turn (all, always)',
    edits: [['judge.ts', 'const all = age < YOUNG_MS || dt > SPARSE_PICTURES_MS;', 'const all = true;']],
  },
];
