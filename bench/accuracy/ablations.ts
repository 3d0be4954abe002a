/**
 * The detector without one of its parts each: text of the kernel's source and what takes its place. When the source
 * changes so that a text is no longer there, the suite says so and stops.
 */
export interface Ablation {
  without: string;
  /** File under wasm/assembly, the text in it (exactly once, or as often as given), and the new text. */
  edits: readonly (readonly [file: string, text: string, instead: string])[];
}

export const ABLATIONS: readonly Ablation[] = [
  { without: '–', edits: [] },
  {
    without: 'limits pooled over neighbours',
    edits: [['model.ts', 'i16x8.max_u(least, i16x8.max_u(pooled, wave))', 'i16x8.max_u(least, wave)']],
  },
  {
    without: 'nuisance',
    edits: [
      ['decide.ts', 'const NUISANCE_MAX: i32 = 96;', 'const NUISANCE_MAX: i32 = 0;'],
      ['decide.ts', 'if (idle) waves = max(waves, 48);', 'if (idle) waves = waves;'],
    ],
  },
  {
    without: 'structure test',
    edits: [['decide.ts', 'if (r(region, L.R_EDGES) * 5 < cells || r(region, L.R_EDGES) < 2) {', 'if (false) {']],
  },
  {
    without: 'relighting the model',
    edits: [['scene.ts', 'if (unlike(slab) * 5 >= total * 2) {', 'if (false) {']],
  },
  { without: 'registration', edits: [['scene.ts', 'marked = register(slab, dt, least, marked);', 'marked = marked;']] },
  { without: 'movement test', edits: [['decide.ts', '} else if (!moving ||', '} else if (']] },
  {
    without: 'following (first sight counts)',
    edits: [
      ['decide.ts', 'if (!settling && strong >= large) state = L.V_MOTION;', 'if (true) state = L.V_MOTION;'],
      ['decide.ts', 'else if (r(track, L.T_FAR) >= 6', 'else if (true || r(track, L.T_FAR) >= 6'],
    ],
  },
  {
    without: 'losing what gets nowhere',
    edits: [['decide.ts', 'if (r(track, L.T_IDLE_MS) > patience || wanders) {', 'if (false) {']],
  },
  {
    without: 'settling at the start',
    edits: [
      [
        'decide.ts',
        'const settling = get(slab, L.F_SETTLE_MS) < 2000;\n  const doubt',
        'const settling = false;\n  const doubt',
      ],
      [
        'decide.ts',
        'const settling = get(slab, L.F_SETTLE_MS) < 2000;\n  const stride',
        'const settling = false;\n  const stride',
      ],
    ],
  },
  {
    without: 'holding objects (they are learnt)',
    edits: [['decide.ts', 'else if (state == L.V_MOTION || state == L.V_STILL) own = L.K_HOLD;', '']],
  },
  {
    without: 'learning rows in turn (all, always)',
    edits: [['index.ts', 'const all = settle < 4000 || dt > 450;', 'const all = true;']],
  },
];
