import { describe, expect, it, test } from 'vitest';
import { checkConsent } from '../../../src/commands/checks/consent.js';
import type { MachineKind } from '../../../src/commands/checks/kind-of-machine.js';
import { checkRights, type RightsFindings } from '../../../src/commands/checks/rights.js';

const NONE: RightsFindings = {
  kind: 'linux',
  hardware: 'allow',
  hasCard: true,
  hasRights: false,
  isNamedLibrary: false,
  helper: { kind: 'absent' },
  address: '/run/evenkeel/gpu-helper.sock',
  user: 'ada',
  hasUnit: false,
  hasSystemd: true,
};

describe('the right to write', () => {
  it('is missed only where writing is allowed and there is a card', () => {
    expect(checkRights(NONE).ok).toBe(false);
    expect(checkRights({ ...NONE, hasCard: false }).ok).toBe(true);
    for (const hardware of ['ask', 'deny'] as const) expect(checkRights({ ...NONE, hardware }).ok).toBe(true);
    expect(checkRights({ ...NONE, hasRights: true })).toMatchObject({ ok: true, remedy: null });
  });

  it('is the helper’s where one serves this user', () => {
    const helper = { kind: 'there', name: 'evenkeel gpu-helper (pid 8)', notes: ['given back'] } as const;
    expect(checkRights({ ...NONE, helper })).toEqual({
      name: 'rights to write',
      ok: true,
      found: 'evenkeel gpu-helper (pid 8) at /run/evenkeel/gpu-helper.sock serves this user; given back',
      remedy: null,
    });
  });

  test.each<[MachineKind, Partial<RightsFindings>, string]>([
    [
      'linux',
      {},
      'install Evenkeel for root (docs/hardware.md), then: sudo evenkeel gpu-helper --install --print --user ada | sudo tee /etc/systemd/system/evenkeel-gpu-helper.service; sudo systemctl daemon-reload; sudo systemctl enable --now evenkeel-gpu-helper',
    ],
    [
      'linux',
      { hasUnit: true },
      'sudo systemctl enable --now evenkeel-gpu-helper; "journalctl -u evenkeel-gpu-helper" says why where it ended',
    ],
    [
      'linux',
      { hasSystemd: false },
      'keep this running in another terminal: sudo evenkeel gpu-helper --user ada',
    ],
    [
      'linux',
      { helper: { kind: 'closed' } },
      'sudo evenkeel gpu-helper --install --print --user ada | sudo tee /etc/systemd/system/evenkeel-gpu-helper.service; sudo systemctl daemon-reload; sudo systemctl restart evenkeel-gpu-helper',
    ],
    [
      'linux',
      { helper: { kind: 'refused', why: 'protocol 2' } },
      'install the same version for root as for the agent (docs/hardware.md), then: sudo systemctl restart evenkeel-gpu-helper',
    ],
    [
      'windows',
      {},
      'install Evenkeel where only administrators can write (docs/hardware.md), then in PowerShell as administrator: evenkeel gpu-helper --install --print | Out-File evenkeel-gpu-helper.xml; Register-ScheduledTask -TaskName "Evenkeel GPU helper" -Xml (Get-Content evenkeel-gpu-helper.xml -Raw); Start-ScheduledTask -TaskName "Evenkeel GPU helper"',
    ],
    [
      'windows',
      { helper: { kind: 'refused', why: 'protocol 2' } },
      'install the same version for the helper as for the agent (docs/hardware.md), then in PowerShell as administrator: Stop-ScheduledTask -TaskName "Evenkeel GPU helper"; Start-ScheduledTask -TaskName "Evenkeel GPU helper"',
    ],
    [
      'wsl',
      {},
      'none in WSL, whose driver is not known to take settings: run Evenkeel in Windows to write them',
    ],
    [
      'container',
      {},
      'run as root in a container started with "--gpus all --cap-add=SYS_ADMIN"; or run the helper on the host and start the container with "-v /run/evenkeel:/run/evenkeel" and the user id that the helper serves (--user)',
    ],
  ])('on %s with %o has its commands', (kind, more, remedy) => {
    expect(checkRights({ ...NONE, kind, ...more }).remedy).toBe(remedy);
  });

  it('is nothing that macOS could have', () => {
    expect(checkRights({ ...NONE, kind: 'macos' })).toMatchObject({ ok: true, remedy: null });
  });

  it('says why a helper that is there does not help', () => {
    const found = (helper: RightsFindings['helper']) => checkRights({ ...NONE, helper }).found;
    expect(found({ kind: 'closed' })).toContain('belongs to another user');
    expect(found({ kind: 'refused', why: 'another protocol' })).toContain(
      'does not serve this user: another protocol',
    );
    expect(found({ kind: 'absent' })).toContain('no helper listens at /run/evenkeel/gpu-helper.sock');
  });
});

test('consent is told and never fails', () => {
  expect(checkConsent('allow', false)).toMatchObject({ ok: true, remedy: null });
  for (const hardware of ['ask', 'deny'] as const)
    expect(checkConsent(hardware, false)).toMatchObject({
      ok: true,
      remedy: expect.stringContaining('--allow-hardware'),
    });
  expect(checkConsent('allow', true).found).toContain('the demo writes to no real card');
});
