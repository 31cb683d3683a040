import { describe, expect, test } from 'vitest';
import { chooseDeed } from '../../examples/demo-bot/act.js';
import { createCanvas } from '../../examples/demo-bot/canvas.js';
import { COLOUR, FRAME, TEXT } from '../../examples/demo-bot/layout.js';
import { createMinimapReader } from '../../examples/demo-bot/minimap.js';
import { createTextReader } from '../../examples/demo-bot/ocr.js';
import { createScene, TEXT_MARGIN, TEXT_SCALE } from '../../examples/demo-bot/scene.js';
import { createWorld } from '../../examples/demo-bot/world.js';

describe.each([0, 1, 2.5])('at work %d', (work) => {
  test('the map stage counts the dots that the scene drew', () => {
    const world = createWorld(6);
    const scene = createScene(6);
    const reader = createMinimapReader(work);
    for (let frame = 0; frame < 12; frame += 1) {
      world.advance(37);
      scene.draw(world);
      expect(reader.read(scene.bytes)).toMatchObject({
        monsters: world.monsters.length,
        items: world.items.length,
        isPlayerSeen: true,
      });
    }
  });

  test('the text stage reads the line that the scene drew', () => {
    const world = createWorld(6);
    const scene = createScene(6);
    const reader = createTextReader(work);
    const read = new Set<string>();
    for (let frame = 0; frame < 40; frame += 1) {
      world.advance(53);
      scene.draw(world);
      const { text, certainty } = reader.read(scene.bytes);
      expect(text).toBe(world.text);
      expect(certainty).toBe(1);
      read.add(text.split(' ')[2] ?? '');
    }
    expect([...read].sort()).toEqual(['FIGHTING', 'RESTING', 'WALKING']);
  });
});

test('the map stage tells how far the ground moved', () => {
  const world = createWorld(1);
  const scene = createScene(1);
  const reader = createMinimapReader(1);
  const readAt = (playerX: number): number => {
    scene.draw({ ...world, text: world.text, monsters: [], items: [], playerX });
    return reader.read(scene.bytes).shift;
  };
  readAt(0);
  expect(readAt(0)).toBe(0);
  expect(readAt(24)).toBe(3);
  expect(readAt(104)).toBe(10);
});

test('every letter of the font is read as itself, and nothing as nothing', () => {
  const canvas = createCanvas(FRAME.width, FRAME.height);
  const reader = createTextReader(1);
  expect(reader.read(canvas.bytes)).toEqual({ text: '', certainty: 0 });
  const line = '0123456789 AEFGHIKLNPRSTWX';
  canvas.text(TEXT.x + TEXT_MARGIN, TEXT.y + TEXT_MARGIN, line, TEXT_SCALE, COLOUR.text);
  expect(reader.read(canvas.bytes)).toEqual({ text: line, certainty: 1 });
});

test.each([
  ['eat', 'HP 12 FIGHTING X 4', { monsters: 2 }],
  ['fight', 'HP 80 FIGHTING X 4', { monsters: 2 }],
  ['loot', 'HP 80 RESTING X 4', { items: 1 }],
  ['walk', 'HP 80 WALKING X 4', { items: 1, shift: 2 }],
  ['walk', '', {}],
] as const)('it would %s at "%s"', (deed, text, map) => {
  const seen = { monsters: 0, items: 0, isPlayerSeen: true, shift: 0, ...map };
  expect(chooseDeed(seen, { text, certainty: 1 })).toBe(deed);
});
