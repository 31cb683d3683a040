// An agent's part in borrowing, as a process that can be killed: it wishes for one value after the other of each
// setting, also for values that no card has, and tells on stdout what its writer says.
import { openWriter } from '../../dist/hardware/open-writer.js';

const [uuid = ''] = process.argv.slice(2);
process.stdout.write('it begins\n');
const writer = await openWriter({
  env: process.env,
  secret: '',
  onExit: 'restore',
  leaseS: 10,
  log: (_level, message) => process.stdout.write(`${message}\n`),
});
const wishes = {
  powerLimitW: [300, -1, 250.5, 1e12, 0, 410, 149, 601, 200],
  graphicsClockMaxMhz: [1500, -1, 1e9, 2000.4, 3105, 210, 0],
  targetTemperatureC: [70, 0, 1e6, 66.6, -5, 91],
};
for (let turn = 0; ; turn += 1) {
  for (const [knob, values] of Object.entries(wishes)) {
    const outcome = await writer.set(uuid, knob, values[turn % values.length] ?? 0);
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}
