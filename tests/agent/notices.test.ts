/** What rules say instead of doing. */
import { expect, test } from 'vitest';
import { NoticeLog, noticesOf, noticeText } from '../../src/agent/notices.js';
import type { Notice } from '../../src/shapes/port.js';
import type { Readings } from '../../src/shapes/reading.js';
import { COOL, Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');

const rules = (mode: string): string => `
version: 1
name: own
mode: ${mode}
rules:
  - id: busy
    when: { system.cpuPercent: { above: 90 } }
    then:
      - alert: { severity: warning, title: The processor is short }
      - recommend: { title: Close the browser, try: fewer tabs, gain: 20 % of a core }
    because: "{system.cpuPercent} % busy"
`;

async function noticesAt(loop: Loop, cpuPercent: number): Promise<Notice[]> {
  const readings: Readings = { ...COOL, 'system.cpuPercent': measured(cpuPercent) };
  const { fired } = await loop.tick([], readings);
  return noticesOf(fired, loop.core.store).filter(({ rule }) => rule === 'busy');
}

test.each(['enforce', 'recommend'])('an active rule of a set in mode %s is noticed', async (mode) => {
  const loop = new Loop(cpu, shippedBook(cpu, rules(mode)));
  expect(await noticesAt(loop, 20)).toEqual([]);
  const said = { rule: 'busy', because: '95 % busy', sinceMs: 1_000 };
  expect(await noticesAt(loop, 95)).toEqual([
    { ...said, kind: 'alert', severity: 'warning', title: 'The processor is short' },
    { ...said, kind: 'recommend', title: 'Close the browser', try: 'fewer tabs', gain: '20 % of a core' },
  ]);
});

test('a rule of a shadow set is not', async () => {
  const loop = new Loop(cpu, shippedBook(cpu, rules('shadow')));
  expect(await noticesAt(loop, 95)).toEqual([]);
});

test('a notice is logged once while it stands, by its severity, and again when it comes back', async () => {
  const loop = new Loop(cpu, shippedBook(cpu, rules('enforce')));
  const log = new NoticeLog();
  const told: string[] = [];
  for (const cpuPercent of [95, 96, 20, 97]) {
    log.observe(
      await noticesAt(loop, cpuPercent),
      (level, message) => told.push(`${level} ${message}`),
      loop.nowMs,
    );
  }
  expect(told).toEqual([
    'warn The processor is short (busy): 95 % busy',
    'info recommended by busy: Close the browser: 95 % busy; try: fewer tabs; gain: 20 % of a core',
    'warn The processor is short (busy): 97 % busy',
    'info recommended by busy: Close the browser: 97 % busy; try: fewer tabs; gain: 20 % of a core',
  ]);
});

test('a critical alert is logged as an error', () => {
  const told: string[] = [];
  const notice: Notice = {
    kind: 'alert',
    severity: 'critical',
    rule: 'heat',
    title: 'The card is hot',
    because: '3 °C left',
    sinceMs: 0,
  };
  new NoticeLog().observe([notice], (level, message) => told.push(`${level} ${message}`), 0);
  expect(told).toEqual([`error ${noticeText(notice)}`]);
});
