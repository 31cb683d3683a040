import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registerConvert } from '../../../src/commands/convert.js';
import { registerDryRun } from '../../../src/commands/dry-run.js';
import { registerInspect } from '../../../src/commands/inspect.js';
import { inspectLog } from '../../../src/recordings/inspection.js';
import { runCommand } from '../../commands/fake-io.js';
import { temporaryFolder } from '../../helpers/cli.js';

const LOGS: readonly (readonly [name: string, text: string, columns: string])[] = [
  [
    'HWiNFO in a language that is not known',
    'Date,Time,"Kern-Spannung [V]","Grafik-Temperatur [°C]"\n1.2.2026,10:00:00.000,1.1,60\n1.2.2026,10:00:02.000,1.1,61\n',
    '"Date", "Time", "Kern-Spannung [V]", "Grafik-Temperatur [°C]"',
  ],
  [
    'Afterburner in a language that is not known',
    '00, 01-02-2026 10:00:00, Hardware monitoring log v1.6\n01, 01-02-2026 10:00:00, GeForce\n02, 01-02-2026 10:00:00, Grafiktemperatur, Grafiklast\n80, 01-02-2026 10:00:01, 60, 50\n',
    '"02", "01-02-2026 10:00:00", "Grafiktemperatur", "Grafiklast"',
  ],
  [
    'PresentMon whose times are all NA',
    'Application,ProcessID,SwapChainAddress,CPUStartTime,FrameTime\na.exe,1,0x1,0.1,NA\na.exe,1,0x1,0.2,NA\n',
    '"Application", "ProcessID"',
  ],
  [
    'dmon whose card tells nothing',
    '# gpu   pwr gtemp    sm\n# Idx     W     C     %\n    0     -     -     -\n    0     -     -     -\n',
    'it begins with "# gpu   pwr gtemp    sm"',
  ],
];

test('columns that no fact is read from are told, of a log with others', async () => {
  const log = join(temporaryFolder(), 'log');
  writeFileSync(
    log,
    'Date,Time,"GPU Temperature [°C]","Kern-Spannung [V]"\n1.2.2026,10:00:00.000,60,1.1\n1.2.2026,10:00:02.000,61,1.1\n',
  );
  const { stdout } = await runCommand(registerInspect, ['inspect', log]);
  expect(stdout).toContain('columns not used: Kern-Spannung [V]');
  expect((await inspectLog(log)).unused).toEqual(['Kern-Spannung [V]']);
});

test.each(LOGS)('a log of %s is refused with its columns and what to do', async (_, text, columns) => {
  const folder = temporaryFolder();
  const log = join(folder, 'log');
  writeFileSync(log, text);
  const refusal = {
    exitCode: 2,
    message: expect.stringMatching(/expected facts in .*none of its \d rows? tells one.*--map/),
  };
  await expect(inspectLog(log)).rejects.toMatchObject(refusal);
  await expect(inspectLog(log)).rejects.toThrow(columns);
  await expect(runCommand(registerDryRun, ['dry-run', log])).rejects.toMatchObject(refusal);
  const out = ['--to', 'ndjson', '-o', join(folder, 'out.ndjson')];
  await expect(runCommand(registerConvert, ['convert', log, ...out])).rejects.toMatchObject(refusal);
});
