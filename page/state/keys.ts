/** The keys of the page, in one table: what they do is read by the views, how they are explained by the help sheet. */
export interface KeyHelp {
  keys: readonly string[];
  does: string;
}

export const KEY_GROUPS: readonly { heading: string; keys: readonly KeyHelp[] }[] = [
  {
    heading: 'Everywhere',
    keys: [
      { keys: ['1', '2', '3', '4', '5'], does: 'Cameras, recordings, events, clips, system' },
      { keys: ['A'], does: 'Add a camera' },
      { keys: ['?'], does: 'This sheet' },
      { keys: ['Esc'], does: 'Close a sheet, end a selection' },
    ],
  },
  {
    heading: 'Playing',
    keys: [
      { keys: ['Space', 'K'], does: 'Play, pause' },
      { keys: ['J', 'L'], does: '10 s back, 10 s on' },
      { keys: [',', '.'], does: 'One picture back, one picture on' },
      { keys: ['[', ']'], does: 'Recording before, recording after' },
      { keys: ['<', '>'], does: 'Slower, faster' },
      { keys: ['N'], does: 'Now: the live view' },
      { keys: ['M'], does: 'Sound on, off' },
      { keys: ['B'], does: 'Boxes on, off' },
      { keys: ['F'], does: 'Find motion in a part of the picture' },
      { keys: ['E', 'C'], does: 'Export, calendar' },
      { keys: ['S'], does: 'Copy a link to this moment' },
    ],
  },
  {
    heading: 'On the timeline',
    keys: [
      { keys: ['←', '→'], does: 'Move by a hundredth of what is shown; with Shift by a tenth' },
      { keys: ['+', '−'], does: 'Zoom in, zoom out' },
      { keys: ['Page Up', 'Page Down'], does: 'Move by what is shown' },
      { keys: ['Home', 'End'], does: 'First recording, now' },
    ],
  },
];

/** Whether somebody is typing, so that letters are letters. */
export const isTyping = (event: KeyboardEvent): boolean => {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName) || isTextInput(target);
};

const isTextInput = (target: HTMLElement): boolean =>
  target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type);

/** Whether a key goes to what has the focus: Space presses a button, Enter follows a link. */
export const isForButton = (event: KeyboardEvent): boolean => {
  const target = event.composedPath()[0];
  return (
    (event.key === ' ' || event.key === 'Enter') &&
    target instanceof HTMLElement &&
    (['BUTTON', 'A', 'SUMMARY', 'INPUT'].includes(target.tagName) || target.getAttribute('role') === 'option')
  );
};
