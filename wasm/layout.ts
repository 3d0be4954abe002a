/**
 * Where things lie in a camera's slab. Read by the kernels (AssemblyScript) and by the host (TypeScript), so that there
 * is one truth; therefore plain integer constants only.
 *
 *   slab ──► ┌──────────────────────────────┐ 0
 *            │ fields: i32 each             │  F_…  settings, geometry, state, the last verdict
 *            ├──────────────────────────────┤ REGIONS
 *            │ regions of this frame        │  REGION_BYTES each, the accepted ones first
 *            ├──────────────────────────────┤ TRACKS
 *            │ what is followed over time   │  TRACK_BYTES each
 *            ├──────────────────────────────┤ ZONES
 *            │ rules of zones               │  ZONE_BYTES each
 *            ├──────────────────────────────┤ HEADER_BYTES
 *            │ cells of 4×4 pixels, read in │  sums, counts, floors: one array each
 *            │ every frame                  │
 *            ├──────────────────────────────┤
 *            │ mean8 u8                     │  what each picture is compared with, per pixel
 *            ├──────────────────────────────┤
 *            │ limit8 u8 │ bits             │  read and written where a pixel is over its cell's floor
 *            │ model: mean, spread i16 ×2⁷  │  learns some rows in each frame
 *            │ other cells                  │  labels, ages, nuisance, zones: where something is marked
 *            └──────────────────────────────┘
 *
 * The picture lies elsewhere in the same memory, with at least 64 bytes before and behind it.
 */
export const CELL = 4;
export const HEADER_BYTES = 9920;

// Settings, written by the host before the first frame.
export const F_WIDTH = 0;
export const F_HEIGHT = 4;
export const F_SENSITIVITY = 8; // 0 low, 1 medium, 2 high
export const F_ZONES = 12; // rules in use; 0: the whole picture
// The picture to judge, written by the host with each task.
export const F_PICTURE = 24; // where its first byte is, counted from the slab
export const F_STRIDE_Y = 28;
export const F_STRIDE_C = 32; // 0: no chroma
export const F_OFFSET_U = 36;
export const F_OFFSET_V = 40;
export const F_ELAPSED_MS = 44; // since the picture judged before
export const F_MICROS = 48; // written by the worker: time in the kernel, or -1 when it failed
// Geometry, written by configure().
export const F_CELLS_X = 64; // cells in a row
export const F_CELLS_Y = 68;
export const F_STRIDE = 72; // pixels in a row of the model, a multiple of 16
export const F_CELL_STRIDE = 76; // F_STRIDE / 4
export const F_CONFIGURED = 80;
// Offsets of the arrays in the slab, written by configure().
// Of pixels the arrays are in tiles of a row of four cells, that is 16×4 pixels, so that what is used together lies together:
// mean8 and limit8 64 bytes a tile, bits 8, the model 256 (for each row of 16 pixels their means, then their spreads).
export const F_A_MODEL = 96;
export const F_A_MEAN8 = 104;
export const F_A_LIMIT8 = 108;
export const F_A_BITS = 112;
export const F_A_COUNT = 116; // u8: pixels over the limit, 0..16
export const F_A_CUR = 120; // u16: sum of the picture over a cell
export const F_A_BACK = 124; // u16: sum of the model over a cell
export const F_A_FAST = 128; // u16: quick mean of F_A_CUR
export const F_A_KIND = 132; // u8: how the cell learns, K_…
export const F_A_LABEL = 136; // u16: region of the cell, 0 none
export const F_A_LIST = 140; // u16: indices of marked cells
export const F_A_NUISANCE = 144; // u8: what is known to wave there
export const F_A_AGE = 148; // u8: how long it has been marked and still, units of 100 ms
export const F_A_ZONE = 152; // u8: 0 not looked at, else 1 + index of its rule
export const F_A_PARENT = 156; // u16: union-find
export const F_A_SHIFT = 160; // scratch of the shift search
export const F_A_PREV = 164; // u8: marked in the frame before
export const F_A_LIST_PREV = 184; // u16: indices of the cells marked in the frame before; changes places with F_A_LIST
export const F_A_ROWS = 188; // u8 a row of cells: what is in the row, ROW_… ; spares looking for it
export const F_A_LAST = 172; // u16: F_A_CUR of the frame before; the two change places
export const F_A_LIMIT = 176; // u8: mean limit of the cell
export const F_A_FLOOR = 180; // u8: the cell's limit is never below
export const F_A_TABLE = 168; // regions before the selection, REGION_BYTES each
// State.
export const F_FRAMES = 192; // judged since the model began
export const F_CLOCK_MS = 196; // time since the model began
export const F_SETTLE_MS = 200; // time since the model was last thrown over
export const F_SHIFT_X = 204; // where the picture is to be read so that it lies on the model
export const F_SHIFT_Y = 208;
export const F_NEXT_TRACK = 212;
export const F_STILL_MS = 216; // how long the picture has not changed at all
export const F_FLOOR = 220; // least limit of all cells, levels
export const F_CHROMA = 224; // mean distance of chroma from grey, 1/256 level, slow
export const F_SHARP = 228; // mean step between neighbouring cells, 1/256 level, slow
export const F_BLIND_MS = 232; // how long the picture has lacked the structure that it had
export const F_LIGHT_MS = 236; // how long ago the light last changed
export const F_SHAKE_MS = 240; // how long ago the picture last shifted
export const F_SCENE = 244; // scene states that are on, bits S_…
export const F_SCENE_CAUSE = 248; // one byte each, C_…
export const F_SHIFTED_MS = 252; // how long the picture has lain off the model by the same way
export const F_DRIFT = 256; // gain of the last second, Q10
export const F_BEFORE = 264; // cells marked a frame before
export const F_TRACKS = 272; // tracks from here on are not in use
export const F_MARKED_PREV = 268; // cells in F_A_LIST_PREV
export const F_WHOLE_MS = 260; // how long nearly all cells have been marked

// The last verdict.
export const F_MOTION = 288;
export const F_SCORE = 292; // 0..1000
export const F_BOXES = 296; // accepted regions
export const F_REGIONS = 300; // all regions
export const F_MARKED = 304; // cells marked
export const F_SUPPRESSED_LIGHT = 308; // cells
export const F_SUPPRESSED_NUISANCE = 312;
export const F_SUPPRESSED_SMALL = 316;
export const F_SUPPRESSED_STILL = 320;
export const F_SUPPRESSED_PENDING = 324;
export const F_SUPPRESSED_SHAKE = 328; // V_SHAKE
export const F_GAIN = 332; // of the light against the model ×1024
export const F_SCENE_BEGAN = 336; // bits S_… that went on with this frame
export const F_SCENE_ENDED = 340;
export const F_LIMIT = 344; // lowest limit in levels
export const F_LIMIT_MEAN = 348; // mean limit ×16 over the picture
export const F_PASSES = 352; // passes run: bit 0 sensed twice, bit 1 learnt, bit 2 relit
export const F_KEPT = 356; // regions listed in REGIONS, the accepted ones first

export const REGIONS = 512;
export const REGION_BYTES = 96;
export const REGIONS_MAX = 48;
export const TABLE_MAX = 256;
export const R_LEFT = 0; // cells, inclusive
export const R_TOP = 4;
export const R_RIGHT = 8;
export const R_BOTTOM = 12;
export const R_CELLS = 16;
export const R_MASS = 20; // pixels
export const R_EDGES = 24; // cells whose structure is new
export const R_MOVING = 28; // cells that change now
export const R_NUISANCE = 32; // sum over its cells
export const R_X = 36; // centre, 1/16 pixel
export const R_Y = 40;
export const R_STATE = 44; // V_…
export const R_TRACK = 48;
export const R_ZONE = 52;
export const R_DIFF = 56; // mean difference, 1/16 level
export const R_SCORE = 60;
export const R_STRONG = 64; // cells that differ as a whole by more than their limit
export const R_IDLE = 72; // its track gets nowhere
export const R_ARRIVED = 76; // its track has travelled its own length
export const R_ZONE_LEAD = 80; // by how many cells R_ZONE leads
export const R_FRESH = 68; // cells that were not marked a frame before

export const TRACKS = 5120;
export const TRACK_BYTES = 112;
export const TRACKS_MAX = 32;
export const T_USED = 0;
export const T_LEFT = 4;
export const T_TOP = 8;
export const T_RIGHT = 12;
export const T_BOTTOM = 16;
export const T_X = 20; // now, 1/16 pixel
export const T_Y = 24;
export const T_X0 = 28; // where it began
export const T_Y0 = 32;
export const T_PATH = 36; // length of the way, 1/16 pixel
export const T_AGE_MS = 40;
export const T_LOST_MS = 44;
export const T_SEEN = 48; // frames
export const T_CONFIRMED = 52;
export const T_CELLS = 56; // a frame ago
export const T_GOOD = 60; // goes on in this frame
export const T_ANCHOR = 64; // left, top, right, bottom when it last got anywhere
export const T_IDLE_MS = 80; // since then
export const T_FAR = 84; // cells that it has travelled from where it began, at most
export const T_ARRIVED = 88; // it has travelled its own length
export const T_BIRTH = 92; // left, top, right, bottom when it began

export const ZONES = 8704;
export const ZONE_BYTES = 16;
export const ZONES_MAX = 64;
export const Z_SENSITIVITY = 0;
export const Z_MIN_CELLS = 4;

// How a cell learns.
export const K_BACKGROUND = 0;
export const K_HOLD = 1;
export const K_LIGHT = 2;
export const K_NUISANCE = 3;
export const K_HEAL = 4;
export const K_SKIP = 5; // the picture does not cover it
export const KINDS = 6;
// For each kind three rates (mean, spread up, spread down), each an i16 in Q15 repeated four times.
export const RATES = 368;
export const RATE_BYTES = 24;
export const RATES_SPARSE = 9728; // the same for rows that learn now and then

// Kinds of notes about a row in F_A_ROWS: each is one byte, ROWS_… · rows of cells from the beginning.
export const ROWS_KIND = 0; // not 0: cells that learn in another way than background or held
export const ROWS_WAVES = 1; // not below the largest nuisance of the row
export const ROWS_AGES = 2; // not 0: cells may have an age
export const ROWS = 3;

// What became of a region.
export const V_MOTION = 1;
export const V_LIGHT = 2;
export const V_NUISANCE = 3;
export const V_SMALL = 4;
export const V_STILL = 5;
export const V_PENDING = 6;
export const V_SHAKE = 7; // the whole picture shook or was lit otherwise just now

// Scene states.
export const S_LIGHTING = 1;
export const S_TAMPERED = 2;
export const S_FROZEN = 4;
export const S_MOVED = 8;
// Their causes, one byte for each state in F_SCENE_CAUSE.
export const C_GAIN = 1;
export const C_INFRARED = 2;
export const C_COLOUR = 3;
export const C_GLOBAL = 4;
export const C_SHAKE = 5;
export const C_PAN = 6;
export const C_BLACK = 7;
export const C_COVERED = 8;
export const C_DEFOCUS = 9;
export const C_STILL = 10;
