/** What happens in the game, apart from how it looks: a seeded world that moves in steps of 50 ms. */
import { createRandom, type Random } from './random.js';

/** Game time of one step. */
export const STEP_MS = 50;

export interface Monster {
  /** Stays the same while it lives; each lives in a lane of its own. */
  lane: number;
  /** Place in the world in pixels, to the right of the player's start. */
  x: number;
  speed: number;
}

export interface Item {
  lane: number;
  x: number;
}

/** The flags bear the names of the frame weights. A type, not an interface: the SDK takes flags of any name. */
export type Flags = {
  motionDetected: boolean;
  newObjects: boolean;
  uiChanges: boolean;
  combatActive: boolean;
  criticalEvent: boolean;
};

export interface World {
  readonly step: number;
  readonly playerX: number;
  readonly health: number;
  /** Number shown over the fight, null when nobody was hit just now. */
  readonly hit: number | null;
  /** Which panel is open, 0 to 3. */
  readonly tab: number;
  /** One line of capitals and digits. */
  readonly text: string;
  readonly monsters: readonly Monster[];
  readonly items: readonly Item[];
  /** What became true since the flags were read last, or still is; reading starts anew. */
  readFlags(): Flags;
  /** Let this many steps pass. */
  advance(steps: number): void;
}

/** Lanes are rows of the world; the player has the middle one. */
export const LANES = 9;
export const PLAYER_LANE = 4;
/** Half the width of the world that is seen, in pixels. */
export const REACH = 340;

/** Steps each phase lasts; fights come to about 15 % of the time: 5 s of every 33 s. */
const CALM_STEPS = [400, 720] as const;
const FIGHT_STEPS = [60, 140] as const;
const WALK_STEPS = [60, 200] as const;
const REST_STEPS = [20, 100] as const;
const TAB_STEPS = [100, 240] as const;
/** Something that must not be missed, about every 90 s, shown for 0.4 s. */
const CRITICAL_STEPS = [1200, 2400] as const;
const CRITICAL_SHOWN = 8;
const HIT_EVERY = 12;
const HIT_SHOWN = 6;

const ACTIONS = ['WALKING', 'RESTING', 'FIGHTING'] as const;

export function createWorld(seed: number): World {
  const random = createRandom(seed);
  const draw = ([min, max]: readonly [number, number]): number => random.whole(min, max);
  const monsters = [0, 2, 6, 8].map((lane) => spawnMonster(random, lane, 0));
  const items = [1, 3, 5, 7].map((lane) => ({ lane, x: random.between(-REACH, REACH) }));
  const state = { step: 0, playerX: 0, health: 99, hit: null as number | null, tab: 0 };
  let isFighting = false;
  let isWalking = true;
  let phaseEnds = draw(CALM_STEPS);
  let walkEnds = draw(WALK_STEPS);
  let tabEnds = draw(TAB_STEPS);
  let criticalAt = draw(CRITICAL_STEPS);
  let seen = noFlags();

  return {
    get step() {
      return state.step;
    },
    get playerX() {
      return state.playerX;
    },
    get health() {
      return state.health;
    },
    get hit() {
      return state.hit;
    },
    get tab() {
      return state.tab;
    },
    get text() {
      const action = isFighting ? ACTIONS[2] : isWalking ? ACTIONS[0] : ACTIONS[1];
      return `HP ${state.health} ${action} X ${Math.round(state.playerX)}`;
    },
    monsters,
    items,
    readFlags() {
      const flags = { ...seen, combatActive: seen.combatActive || isFighting };
      seen = noFlags();
      return flags;
    },
    advance(steps) {
      for (let index = 0; index < steps; index += 1) advanceOne();
    },
  };

  function advanceOne(): void {
    state.step += 1;
    changePhases();
    moveAll();
    const sinceHit = state.step % HIT_EVERY;
    if (isFighting && sinceHit === 0) {
      state.hit = random.whole(0, 20);
      state.health = Math.max(10, state.health - random.whole(0, 4));
    }
    if (state.hit !== null && (sinceHit >= HIT_SHOWN || !isFighting)) state.hit = null;
    if (!isFighting && state.health < 99 && state.step % 20 === 0) state.health += 1;
    if (isFighting) seen.combatActive = true;
    if (state.step >= criticalAt) seen.criticalEvent = true;
    if (state.step >= criticalAt + CRITICAL_SHOWN) criticalAt = state.step + draw(CRITICAL_STEPS);
  }

  function changePhases(): void {
    if (state.step >= phaseEnds) {
      isFighting = !isFighting;
      phaseEnds = state.step + draw(isFighting ? FIGHT_STEPS : CALM_STEPS);
    }
    if (state.step >= walkEnds) {
      isWalking = !isWalking;
      walkEnds = state.step + draw(isWalking ? WALK_STEPS : REST_STEPS);
    }
    if (state.step >= tabEnds) {
      state.tab = (state.tab + random.whole(1, 3)) % 4;
      tabEnds = state.step + draw(TAB_STEPS);
      seen.uiChanges = true;
    }
  }

  function moveAll(): void {
    if (isWalking && !isFighting) {
      state.playerX += 4;
      seen.motionDetected = true;
    }
    monsters.forEach((monster, index) => {
      monster.x += isFighting ? 0 : monster.speed;
      if (Math.abs(monster.x - state.playerX) <= REACH) return;
      monsters[index] = spawnMonster(random, monster.lane, state.playerX);
      seen.newObjects = true;
    });
    for (const item of items) {
      if (item.x >= state.playerX - REACH) continue;
      item.x = state.playerX + REACH - random.between(1, 40);
      seen.newObjects = true;
    }
  }
}

function spawnMonster(random: Random, lane: number, playerX: number): Monster {
  return { lane, x: playerX + random.between(-REACH, REACH), speed: random.between(-3, 3) };
}

function noFlags(): Flags {
  return {
    motionDetected: false,
    newObjects: false,
    uiChanges: false,
    combatActive: false,
    criticalEvent: false,
  };
}
