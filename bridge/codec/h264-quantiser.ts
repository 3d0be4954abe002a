import type { BitReader } from './bits.js';
import type { H264Pps, H264Sps } from './h264-sets.js';

type SliceType = 'P' | 'B' | 'I' | 'SP' | 'SI';

/** What stands in front of the quantiser in a slice header and says what follows. */
export interface QuantiserContext {
  sps: H264Sps;
  pps: H264Pps;
  slice: { type: SliceType; fieldPicture: boolean | undefined };
  idr: boolean;
  /** nal_ref_idc is not 0. */
  reference: boolean;
}

/** Of each list: more cannot be in use. */
const MOST_REFERENCES = 32;
/** Commands of a list end with this one; more than so many cannot be. */
const [END_OF_LIST, MOST_COMMANDS] = [3, 66];

/**
 * The quantiser of a slice (SliceQPY, H.264 7.4.3): how coarsely it is coded, 0 to 51 for 8 bits. Reads on where a slice header has been
 * read up to its picture order count. Undefined if the header cannot be read to there.
 */
export const readH264Quantiser = (bits: BitReader, context: QuantiserContext): number | undefined => {
  const { sps, pps, slice } = context;
  const hasBottom = pps.bottomFieldPicOrderInFramePresent && slice.fieldPicture !== true;
  if (sps.pocType === 0 && hasBottom) bits.se(); // delta_pic_order_cnt_bottom
  if (sps.pocType === 1 && !sps.deltaPicOrderAlwaysZero) {
    bits.se(); // delta_pic_order_cnt[0]
    if (hasBottom) bits.se(); // delta_pic_order_cnt[1]
  }
  if (pps.redundantPicCntPresent) bits.ue(127); // redundant_pic_cnt
  const lists = listsOf(slice.type);
  if (lists !== 0) readReferences(bits, context, lists);
  if (context.reference) readMarking(bits, context.idr);
  if (pps.entropyCoding === 'cabac' && lists !== 0) bits.ue(2); // cabac_init_idc
  const quantiser = pps.initialQuantiser + bits.se();
  return bits.overrun ? undefined : quantiser;
};

const listsOf = (type: SliceType): 0 | 1 | 2 => {
  if (type === 'B') return 2;
  return type === 'P' || type === 'SP' ? 1 : 0;
};

const readReferences = (bits: BitReader, { sps, pps }: QuantiserContext, lists: 1 | 2): void => {
  if (lists === 2) bits.skip(1); // direct_spatial_mv_pred_flag
  const counts = pps.references.slice(0, lists);
  if (bits.flag()) for (let list = 0; list < lists; list++) counts[list] = 1 + bits.ue(MOST_REFERENCES - 1);
  for (let list = 0; list < lists; list++) readModification(bits);
  if (lists === 1 ? pps.weightsP : pps.weightsB === 'explicit') readWeights(bits, counts, hasChroma(sps));
};

/** ref_pic_list_modification (H.264 7.3.3.1), of one list. */
const readModification = (bits: BitReader): void => {
  if (!bits.flag()) return;
  for (let command = 0; command < MOST_COMMANDS && bits.ue(END_OF_LIST) !== END_OF_LIST; command++) bits.ue();
};

/** pred_weight_table (H.264 7.3.3.2). */
const readWeights = (bits: BitReader, counts: readonly number[], chroma: boolean): void => {
  bits.ue(7); // luma_log2_weight_denom
  if (chroma) bits.ue(7); // chroma_log2_weight_denom
  for (const count of counts) {
    for (let index = 0; index < count; index++) {
      if (bits.flag()) skipNumbers(bits, 2);
      if (chroma && bits.flag()) skipNumbers(bits, 4);
    }
  }
};

/** dec_ref_pic_marking (H.264 7.3.3.3). */
const readMarking = (bits: BitReader, idr: boolean): void => {
  if (idr) {
    bits.skip(2); // no_output_of_prior_pics_flag, long_term_reference_flag
    return;
  }
  if (!bits.flag()) return;
  for (let command = 0; command < MOST_COMMANDS; command++) {
    const operation = bits.ue(6); // memory_management_control_operation
    if (operation === 0) return;
    if (operation !== 5) bits.ue();
    if (operation === 3) bits.ue();
  }
};

const hasChroma = ({ chromaFormatIdc, separateColourPlane }: H264Sps): boolean =>
  chromaFormatIdc > 0 && !separateColourPlane;

const skipNumbers = (bits: BitReader, count: number): void => {
  for (let index = 0; index < count; index++) bits.se();
};
