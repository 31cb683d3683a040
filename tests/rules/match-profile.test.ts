import { describe, expect, test } from 'vitest';
import { matchProfile } from '../../src/rules/match-profile.js';
import type { ProfileFile } from '../../src/rules/profile.js';
import { shippedProfileFiles } from '../helpers/shipped.js';

function file(name: string, text: string): ProfileFile {
  return { name, path: `profiles/${name}.yaml`, text: `version: 1\nname: ${name}\n${text}` };
}
const matchName = (name: string, files: readonly ProfileFile[]) => matchProfile({ name, pciId: null }, files);

describe('the profile of a card', () => {
  const files = shippedProfileFiles();

  test.each([
    ['NVIDIA GeForce RTX 4090', 'rtx-4090'],
    ['Simulated NVIDIA GeForce RTX 4090', 'rtx-4090'],
    ['Recorded NVIDIA GeForce RTX 4090', 'rtx-4090'],
    ['Recorded Simulated NVIDIA GeForce RTX 4090', 'rtx-4090'],
    ['NVIDIA GeForce RTX 3060', 'generic-nvidia'],
    ['AMD Radeon', null],
    ['', null],
  ])('%s is %s', (card, name) => {
    expect(matchName(card, files)).toEqual({ name, refused: [] });
  });

  test.each(['NVIDIA GeForce RTX 4090 D', 'NVIDIA GeForce RTX 4090 Laptop GPU'])(
    '%s is not that of its namesake, and says why',
    (card) => {
      const { name, refused } = matchName(card, files);
      expect(name).toBe('generic-nvidia');
      expect(refused).toHaveLength(1);
      expect(refused[0]).toContain(`rtx-4090: ${card} is not this card: `);
    },
  );

  test('is the one with the longest name that fits, whatever the order of files', () => {
    const named = (name: string, pattern: string): ProfileFile =>
      file(name, `match: { names: [ "${pattern}" ] }\n`);
    const some = [
      named('any', '*'),
      named('ada', 'NVIDIA RTX 4*'),
      named('exact', 'NVIDIA RTX 4000'),
      named('all', 'NVIDIA *'),
    ];
    for (const order of [some, [...some].reverse()]) {
      expect(matchName('NVIDIA RTX 4000', order).name).toBe('exact');
      expect(matchName('NVIDIA RTX 4001', order).name).toBe('ada');
      expect(matchName('NVIDIA T4', order).name).toBe('all');
      expect(matchName('Other', order).name).toBe('any');
    }
  });

  test('takes no other sign of a name for more than itself', () => {
    const one = file('one', 'match: { names: [ "A.B (C)+" ] }\n');
    expect(matchName('A.B (C)+', [one]).name).toBe('one');
    expect(matchName('AxB (C)+', [one]).name).toBeNull();
    expect(matchName('A.B (C)', [one]).name).toBeNull();
  });

  test('is not looked for in a file with mistakes', () => {
    expect(matchName('X', [file('one', 'match: { names: [ "X" ] }\nfoo: 1\n')]).name).toBeNull();
  });

  test.each([
    ['10DE:2684', 'rtx-4090'],
    ['10de:2684', 'rtx-4090'],
  ])('is the one whose name and PCI id fit: %s', (pciId, profile) => {
    const card = { name: 'NVIDIA GeForce RTX 4090', pciId };
    expect(matchProfile(card, files)).toEqual({ name: profile, refused: [] });
  });

  test.each([
    ['NVIDIA GeForce RTX 4090', '10DE:2685', /its PCI id is that of NVIDIA GeForce RTX 4090 D: .*425 W/],
    ['NVIDIA GeForce RTX 4090', '10DE:2757', /its PCI id is that of NVIDIA GeForce RTX 4090 Laptop GPU: /],
    ['NVIDIA GeForce RTX 4090', '10de:2717', /its PCI id is that of NVIDIA GeForce RTX 4090 Laptop GPU: /],
    ['NVIDIA GeForce RTX 4090', '10DE:2704', /its name is, its PCI id is not, expected 10DE:2684$/],
    [
      'NVIDIA Graphics Device',
      '10DE:2684',
      /its PCI id is, its name is not, expected NVIDIA GeForce RTX 4090 or /,
    ],
    ['NVIDIA GeForce RTX 4090 D', '10DE:2684', /fewer cores/],
    ['NVIDIA GeForce RTX 4090 Laptop GPU', '10DE:2757', /another chip/],
  ])('%s (%s) is none that only half fits, and says why', (name, pciId, why) => {
    const { name: profile, refused } = matchProfile({ name, pciId }, files);
    expect(profile).toBe('generic-nvidia');
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatch(why);
    expect(refused[0]).toContain(`rtx-4090: ${name} (${pciId}) is not this card: `);
  });

  test('is found by the PCI id alone where it names no card', () => {
    const one = file('one', 'match: { pciIds: [ "10de:1f08" ] }\n');
    expect(matchProfile({ name: 'X', pciId: '10DE:1F08' }, [one])).toEqual({ name: 'one', refused: [] });
    expect(matchProfile({ name: 'X', pciId: '10DE:1F09' }, [one])).toEqual({ name: null, refused: [] });
    expect(matchProfile({ name: 'X', pciId: null }, [one])).toEqual({ name: null, refused: [] });
  });

  test('does not mind the PCI id where the profile tells none', () => {
    const one = file('one', 'match: { names: [ "X" ] }\n');
    expect(matchProfile({ name: 'X', pciId: '10DE:1F08' }, [one]).name).toBe('one');
  });
});
