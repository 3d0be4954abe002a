// How much of what there is at most.

/** What the server has found in a picture. */
export const MAX_FINDINGS: i32 = 128;
export const MAX_FOLLOWED: i32 = 128;
/** Points of an object, each the middle of a cell of its box. */
export const MAX_CELLS: i32 = 40;
/** Pictures of a pyramid. */
export const MAX_LEVELS: i32 = 5;
/** Numbers that say what a box looks like: its light and two of its colour, for each of three parts. */
export const LOOKS: i32 = 9;
/** Pixels of a template along a side, and from one row to the next. */
export const TEMPLATE_SIDE: i32 = 40;
export const TEMPLATE_STRIDE: i32 = 48;
