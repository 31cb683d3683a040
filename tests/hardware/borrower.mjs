// An agent's part in borrowing, as a process that can be killed: it wishes for one limit after the other, also for
// limits that no card has, and tells on stdout what its writer says.
import { openWriter } from '../../dist/hardware/open-writer.js';

const [uuid = ''] = process.argv.slice(2);
const writer = await openWriter({
  env: process.env,
  secret: '',
  onExit: 'restore',
  leaseS: 10,
  log: (_level, message) => process.stdout.write(`${message}\n`),
});
const wishes = [300, -1, 250.5, 1e12, 0, 410, 149, 601, 200];
for (let turn = 0; ; turn += 1) {
  const outcome = await writer.set(uuid, 'powerLimitW', wishes[turn % wishes.length] ?? 300);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
