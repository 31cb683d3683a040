/** The world as pixels: what a screen grab of the game would hold. */
import { type Canvas, createCanvas, pack, type Texture } from './canvas.js';
import { COLOUR, FRAME, MAP_SCALE, MINIMAP, PANEL, TEXT, VIEW } from './layout.js';
import { createRandom } from './random.js';
import { LANES, PLAYER_LANE, type World } from './world.js';

const TEXTURE_SIDE = 256;
const LANE_PX = Math.floor(VIEW.height / LANES);
/** Pixels a dot of the text line, of hit-splats, and the line's margin. */
export const TEXT_SCALE = 2;
export const TEXT_MARGIN = 6;
const HIT_SCALE = 3;
/** Dots on the map are squares of this side. */
export const DOT_PX = 4;
const TAB_COLOURS = [
  [94, 80, 62],
  [70, 84, 66],
  [66, 72, 96],
  [92, 64, 70],
] as const;

export interface Scene {
  /** The picture of the last `draw`, RGBA, `FRAME.width` × `FRAME.height`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  draw(world: World): void;
}

export function createScene(seed: number): Scene {
  const canvas = createCanvas(FRAME.width, FRAME.height);
  const grass = createTexture(seed, [52, 84, 40]);
  const map = createTexture(seed + 1, [40, 66, 34]);
  return {
    bytes: canvas.bytes,
    draw(world) {
      const playerX = Math.round(world.playerX);
      canvas.tile(VIEW, grass, playerX & (TEXTURE_SIDE - 1), 0);
      drawView(canvas, world);
      canvas.fill(
        { x: VIEW.width, y: 0, width: FRAME.width - VIEW.width, height: FRAME.height },
        [58, 50, 40],
      );
      canvas.tile(MINIMAP, map, Math.floor(playerX / MAP_SCALE) & (TEXTURE_SIDE - 1), 0);
      drawMap(canvas, world);
      drawPanel(canvas, world.tab);
      canvas.fill(
        { x: 0, y: VIEW.height, width: VIEW.width, height: FRAME.height - VIEW.height },
        [24, 22, 18],
      );
      canvas.text(TEXT.x + TEXT_MARGIN, TEXT.y + TEXT_MARGIN, world.text, TEXT_SCALE, COLOUR.text);
    },
  };
}

function drawView(canvas: Canvas, world: World): void {
  const place = (lane: number, x: number): { x: number; y: number } => ({
    x: Math.round(VIEW.width / 2 + x - world.playerX),
    y: Math.round((lane + 0.5) * LANE_PX),
  });
  for (const item of world.items) {
    const { x, y } = place(item.lane, item.x);
    canvas.disc(x, y, 6, [170, 60, 50]);
  }
  for (const monster of world.monsters) {
    const { x, y } = place(monster.lane, monster.x);
    canvas.disc(x, y, 20, [84, 120, 60]);
    canvas.disc(x, y - 16, 10, [104, 140, 70]);
  }
  const player = place(PLAYER_LANE, world.playerX);
  canvas.fill({ x: player.x - 10, y: player.y - 14, width: 20, height: 34 }, [60, 80, 160]);
  canvas.disc(player.x, player.y - 20, 9, [220, 180, 150]);
  if (world.hit !== null) {
    canvas.disc(player.x + 34, player.y - 10, 22, [150, 20, 20]);
    canvas.text(player.x + 18, player.y - 20, String(world.hit), HIT_SCALE, [255, 255, 255]);
  }
}

/** Lanes lie further apart than a dot is high, so that dots never touch. */
function drawMap(canvas: Canvas, world: World): void {
  const dot = (lane: number, x: number, colour: (typeof COLOUR)[keyof typeof COLOUR]): void => {
    const left = MINIMAP.x + MINIMAP.width / 2 + Math.round((x - world.playerX) / MAP_SCALE) - DOT_PX / 2;
    const top = MINIMAP.y + Math.round(((lane + 0.5) * MINIMAP.height) / LANES) - DOT_PX / 2;
    canvas.fill({ x: left, y: top, width: DOT_PX, height: DOT_PX }, colour);
  };
  for (const item of world.items) dot(item.lane, item.x, COLOUR.item);
  for (const monster of world.monsters) dot(monster.lane, monster.x, COLOUR.monster);
  dot(PLAYER_LANE, world.playerX, COLOUR.player);
}

function drawPanel(canvas: Canvas, tab: number): void {
  canvas.fill(PANEL, TAB_COLOURS[tab % TAB_COLOURS.length] ?? TAB_COLOURS[0]);
  const [columns, rows, cell] = [4, 7, 48];
  for (let index = 0; index < columns * rows; index += 1) {
    if ((index * 7 + tab * 5) % 3 === 0) continue;
    const x = PANEL.x + 8 + (index % columns) * 54;
    const y = PANEL.y + 8 + Math.floor(index / columns) * cell;
    canvas.fill({ x, y, width: 36, height: 34 }, [110 + tab * 20, 90 + index * 3, 60 + index * 2]);
  }
}

/** Ground with grain: every pixel a little lighter or darker. */
function createTexture(seed: number, [red, green, blue]: readonly [number, number, number]): Texture {
  const random = createRandom(seed);
  const pixels = Uint32Array.from({ length: TEXTURE_SIDE * TEXTURE_SIDE }, () => {
    const grain = random.whole(-12, 12);
    return pack([red + grain, green + grain, blue + grain]);
  });
  return { side: TEXTURE_SIDE, pixels };
}
