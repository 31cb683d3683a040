/** Which profile a card's is: by its name, and by its PCI id where both the card and the profile tell one. */
import type { CardInventory } from '../shapes/gpu.js';
import { type CardMatch, type ProfileFile, readProfile } from './profile.js';

/** What a card is recognised by; `pciId` is null where nobody tells it, and the name alone decides. */
export type CardSigns = Pick<CardInventory, 'name' | 'pciId'>;

/** A profile that fits, with how much of the name its pattern spells out, or why it is not this card's. */
type Verdict = { fits: number } | { refusal: string } | null;

/**
 * The name of the profile whose card this is; null when none is. An asterisk in a profile's name matches anything. In
 * `refused`, a sentence for every profile that a part of the card's signs speaks for and another one against.
 */
export function matchProfile(
  card: CardSigns,
  files: readonly ProfileFile[],
): { name: string | null; refused: string[] } {
  const refused: string[] = [];
  const matches: { name: string; length: number }[] = [];
  for (const file of files) {
    const verdict = judge(card, readProfile(file, [])?.match);
    if (verdict === null) continue;
    if ('fits' in verdict) matches.push({ name: file.name, length: verdict.fits });
    else refused.push(`${file.name}: ${signsOf(card)} is not this card: ${verdict.refusal}`);
  }
  matches.sort((a, b) => b.length - a.length);
  return { name: matches[0]?.name ?? null, refused };
}

function judge({ name, pciId }: CardSigns, match: CardMatch | undefined): Verdict {
  const { names = [], pciIds = [], refuse = [] } = match ?? {};
  // A recorded card has the profile of the one that was recorded.
  const bare = name.replace(/^Recorded /, '');
  for (const look of refuse) {
    if (matchesName(look.name, bare)) return { refusal: look.because };
    if (hasId(look.pciIds, pciId)) return { refusal: `its PCI id is that of ${look.name}: ${look.because}` };
  }
  const pattern = names.find((one) => matchesName(one, bare));
  if (pciIds.length === 0 || pciId === null) return pattern === undefined ? null : { fits: pattern.length };
  const isId = hasId(pciIds, pciId);
  if (pattern !== undefined && !isId)
    return { refusal: `its name is, its PCI id is not, expected ${pciIds.join(' or ')}` };
  if (pattern === undefined && isId && names.length > 0)
    return { refusal: `its PCI id is, its name is not, expected ${names.join(' or ')}` };
  return isId ? { fits: pattern?.length ?? pciId.length } : null;
}

function signsOf({ name, pciId }: CardSigns): string {
  return pciId === null ? name : `${name} (${pciId})`;
}

/** Drivers write the digits of an id in capitals, lspci does not. */
function hasId(ids: readonly string[] = [], id: string | null): boolean {
  return ids.some((one) => one.toUpperCase() === id?.toUpperCase());
}

function matchesName(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
