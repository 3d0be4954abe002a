export { describe } from './describe.js';
export { chooseVideo, parseSdp } from './sdp.js';
