export { describe } from './describe.js';
export { chooseVideo, parseSdp } from './sdp.js';
export { redactUrl } from './target.js';
