/** What the address bar says: it can be shared, and going back in the browser goes back in the page. */
export const VIEWS = ['wall', 'watch', 'events', 'clips', 'add', 'system'] as const;

export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  /** Names of cameras or videos. */
  cameras: readonly string[];
  /** The moment that is shown, in ms since the epoch; undefined for now. */
  time?: number;
}

/** @param search as `?view=watch&camera=door&time=2026-11-27T03:04:05.678Z` */
export const routeOf = (search: string): Route => {
  const query = new URLSearchParams(search);
  const view = VIEWS.find((each) => each === query.get('view')) ?? 'wall';
  const time = Date.parse(query.get('time') ?? '');
  return { view, cameras: query.getAll('camera'), ...(Number.isNaN(time) ? {} : { time }) };
};

export const searchOf = ({ view, cameras, time }: Route): string => {
  const query = new URLSearchParams();
  if (view !== 'wall') query.set('view', view);
  for (const camera of cameras) query.append('camera', camera);
  // A colon needs no escape here, and reads better.
  if (time !== undefined) query.set('time', new Date(time).toISOString());
  const text = query.toString().replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
};
