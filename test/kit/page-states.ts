import type { Page } from 'playwright-core';
import { untilTrue } from './page-rig.js';
import type { World } from './page-world.js';

/** Something that the page can show: how one gets there, and how one knows that it is there. */
export interface PageState {
  name: string;
  /** Of the page. */
  path: string;
  show(page: Page): Promise<unknown>;
  /** It has the parts of another state, and is for the eye. */
  variant?: true;
}

/** How the page is looked at. */
export const LOOKS = {
  light: { colorScheme: 'light', width: 1280, height: 800 },
  dark: { colorScheme: 'dark', width: 1280, height: 800 },
  phone: { colorScheme: 'light', width: 390, height: 844 },
} as const;

export type Look = keyof typeof LOOKS;

export const lookAs = async (page: Page, look: Look): Promise<void> => {
  const { colorScheme, ...size } = LOOKS[look];
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(size);
};

/** The address of a moment of some cameras. */
export const momentPath = (time: number, ...cameras: string[]): string =>
  `/?view=watch${cameras.map((name) => `&camera=${name}`).join('')}&time=${new Date(time).toISOString()}`;

/** Resolves when a recording is played or shown. */
export const showsRecording = async (page: Page): Promise<void> => {
  await page.locator('archive-stage .frame[data-at=ready]').first().waitFor({ timeout: 30_000 });
};

const pause = async (page: Page): Promise<void> => {
  await showsRecording(page);
  await page.getByRole('button', { name: 'Pause' }).click();
};

const press = (name: string) => async (page: Page) => {
  await pause(page);
  await page.getByRole('button', { name, exact: true }).click();
};

/** What an engine with the world of `page-world.ts` can show. */
export const worldStates = (world: World): PageState[] => {
  const [newest = 0, , third = 0] = world.starts('front-door');
  const at = momentPath(newest + 6000, 'front-door');
  return [
    {
      name: 'wall',
      path: '/',
      show: async (page) => {
        await page.getByRole('link', { name: /^front-door.*Connected/ }).waitFor({ timeout: 30_000 });
        await page.getByRole('link', { name: /^garage.*Away/ }).waitFor({ timeout: 30_000 });
      },
    },
    {
      name: 'watch-live',
      path: '/?view=watch&camera=front-door',
      show: (page) =>
        untilTrue(
          page,
          `document.querySelector('sluice-app')?.shadowRoot.querySelector('watch-view')?.shadowRoot
          .querySelector('live-stage')?.shadowRoot.querySelector('camera-picture')?.shownAt > 0`,
        ),
    },
    {
      name: 'watch-away',
      path: '/?view=watch&camera=garage',
      show: (page) => page.getByText('The engine goes on trying by itself.').first().waitFor({ timeout: 30_000 }),
    },
    { name: 'playback', path: at, show: pause, variant: true },
    {
      name: 'playback-gap',
      path: momentPath(third - 60_000, 'front-door', 'yard'),
      show: (page) => page.locator('archive-stage').waitFor(),
      variant: true,
    },
    { name: 'playback-two', path: momentPath(newest + 3000, 'front-door', 'yard'), show: pause, variant: true },
    {
      name: 'playback-unplayable',
      path: momentPath((world.starts('attic')[0] ?? 0) + 2000, 'attic'),
      // A browser that plays it may look at it.
      show: (page) => page.locator('archive-stage img.preview, archive-stage .frame[data-at=ready]').first().waitFor(),
    },
    {
      name: 'timeline-month',
      path: at,
      show: async (page) => {
        await pause(page);
        await page.getByRole('button', { name: 'Month', exact: true }).click();
        await page.getByRole('button', { name: 'Month', exact: true, pressed: true }).waitFor();
      },
      variant: true,
    },
    { name: 'export', path: at, show: press('Export') },
    {
      name: 'calendar',
      path: at,
      show: async (page) => {
        await press('Calendar')(page);
        await page
          .getByRole('button', { name: /, with recordings/ })
          .first()
          .waitFor();
      },
    },
    {
      name: 'find-motion',
      path: at,
      show: async (page) => {
        await press('Find motion in a part of the picture')(page);
        await page.getByRole('button', { name: 'Find', exact: true }).click();
        await page.getByText(/, found in|Nothing moved there/).waitFor();
      },
    },
    {
      name: 'events',
      path: '/?view=events',
      show: (page) => page.getByText('Recording is finished').first().waitFor(),
    },
    { name: 'clips', path: '/?view=clips', show: (page) => page.getByRole('article').nth(2).waitFor() },
    {
      name: 'clip-playing',
      path: '/?view=clips',
      show: async (page) => {
        await page.getByRole('article').first().getByRole('button', { name: /gate/ }).first().click();
        await page.getByLabel('Clip of gate').waitFor();
      },
    },
    {
      name: 'clip-delete',
      path: '/?view=clips',
      show: (page) =>
        page
          .getByRole('button', { name: /^Delete: / })
          .first()
          .click(),
    },
    { name: 'add', path: '/?view=add', show: (page) => page.getByLabel('Address of its stream').waitFor() },
    { name: 'system', path: '/?view=system', show: (page) => page.getByText('Free on the disk').waitFor() },
    {
      name: 'camera-menu',
      path: at,
      show: async (page) => {
        await pause(page);
        await page.getByRole('button', { name: 'About front-door' }).click();
        await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
      },
    },
    { name: 'keys', path: at, show: async (page) => pause(page).then(() => page.keyboard.press('?')) },
    {
      name: 'unknown-camera',
      path: '/?view=watch&camera=nobody',
      show: (page) => page.getByText('nobody is not there').waitFor(),
    },
  ];
};

/** What an engine without cameras can show. */
export const emptyStates: readonly PageState[] = [
  { name: 'empty', path: '/', show: (page) => page.getByRole('heading', { name: 'No cameras yet' }).waitFor() },
  {
    name: 'empty-watch',
    path: '/?view=watch',
    show: (page) => page.getByRole('heading', { name: 'Nothing to watch yet' }).waitFor(),
  },
  {
    name: 'empty-clips',
    path: '/?view=clips',
    show: (page) => page.getByRole('heading', { name: 'No clips' }).waitFor(),
  },
];
