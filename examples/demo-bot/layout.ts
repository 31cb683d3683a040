/** Where things are on the screen, in pixels: what the scene draws and the stages read. */

export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const FRAME = { width: 960, height: 540 } as const;
/** The world as the player sees it. */
export const VIEW: Region = { x: 0, y: 0, width: 720, height: 500 };
/** The map in the corner; one pixel is `MAP_SCALE` pixels of the world. */
export const MINIMAP: Region = { x: 752, y: 12, width: 176, height: 150 };
/** Inventory, skills, prayers … one tab at a time. */
export const PANEL: Region = { x: 728, y: 180, width: 224, height: 350 };
/** One line of text that tells health and what happened last. */
export const TEXT: Region = { x: 8, y: 508, width: 704, height: 26 };

export const MAP_SCALE = 8;

/** Colours as red, green, blue; the stages tell them apart. */
export const COLOUR = {
  text: [255, 255, 0],
  player: [255, 255, 255],
  monster: [240, 220, 30],
  item: [230, 40, 40],
} as const;

export type Colour = readonly [red: number, green: number, blue: number];
