/** Whether a setting of a card can be written on this machine, and what to do where it cannot. */
import type { HelperState } from '../../hardware/ask-helper.js';
import type { Settings } from '../../settings/index.js';
import { type Check, fine } from './check.js';
import type { MachineKind } from './kind-of-machine.js';

/** What decides. */
export interface RightsFindings {
  kind: MachineKind;
  hardware: Settings['hardware'];
  /** Whether there is a real card to write to. */
  hasCard: boolean;
  /** Whether this process itself may write. */
  hasRights: boolean;
  /** Whether `NVML_LIBRARY` names the library: what that one wants is its own business. */
  isNamedLibrary: boolean;
  helper: HelperState;
  address: string;
  /** Who runs the agent. */
  user: string;
  /** Whether the unit of the helper is installed, and whether systemd runs here at all. */
  hasUnit: boolean;
  hasSystemd: boolean;
}

const NAME = 'rights to write';

/** Helper, own rights or neither; a failure only where writing is allowed and there is a card. */
export function checkRights(findings: RightsFindings): Check {
  const { kind, hardware, hasCard, hasRights, isNamedLibrary, helper, address } = findings;
  if (kind === 'macos') return fine(NAME, 'nothing to write to: NVIDIA has no driver for macOS');
  if (helper.kind === 'there')
    return fine(NAME, [`${helper.name} at ${address} serves this user`, ...helper.notes].join('; '));
  if (hasRights) {
    const by = isNamedLibrary ? 'the library of NVML_LIBRARY decides itself' : ownRights(kind);
    const beside = helper.kind === 'absent' ? [] : [sentenceOf(helper, address)];
    return fine(NAME, [by, ...beside].join('; '));
  }
  return {
    name: NAME,
    ok: hardware !== 'allow' || !hasCard,
    found: `${noRights(kind)}, and ${sentenceOf(helper, address)}: limits are recommended, not written`,
    remedy: remedyOf(findings),
  };
}

function ownRights(kind: MachineKind): string {
  return kind === 'windows' ? 'this process is elevated' : 'this process is root or has CAP_SYS_ADMIN';
}

function noRights(kind: MachineKind): string {
  return kind === 'windows'
    ? 'this process is not elevated'
    : 'this process is neither root nor has CAP_SYS_ADMIN';
}

function sentenceOf(helper: HelperState, address: string): string {
  switch (helper.kind) {
    case 'closed':
      return `the helper's socket ${address} belongs to another user`;
    case 'refused':
      return `the helper at ${address} does not serve this user: ${helper.why}`;
    default:
      return `no helper listens at ${address}`;
  }
}

function remedyOf({ kind, helper, user, hasUnit, hasSystemd }: RightsFindings): string {
  switch (kind) {
    case 'windows':
      return windowsRemedy(helper);
    case 'wsl':
      return 'none in WSL, whose driver is not known to take settings: run Evenkeel in Windows to write them';
    case 'container':
      return 'run as root in a container started with "--gpus all --cap-add=SYS_ADMIN"; or run the helper on the host and start the container with "-v /run/evenkeel:/run/evenkeel" and the user id that the helper serves (--user)';
    default:
      return linuxRemedy(helper, user, hasUnit, hasSystemd);
  }
}

function linuxRemedy(helper: HelperState, user: string, hasUnit: boolean, hasSystemd: boolean): string {
  if (!hasSystemd) return `keep this running in another terminal: sudo evenkeel gpu-helper --user ${user}`;
  const print = `sudo evenkeel gpu-helper --install --print --user ${user} | sudo tee /etc/systemd/system/evenkeel-gpu-helper.service`;
  if (helper.kind === 'closed')
    return `${print}; sudo systemctl daemon-reload; sudo systemctl restart evenkeel-gpu-helper`;
  if (helper.kind === 'refused')
    return 'install the same version for root as for the agent (docs/hardware.md), then: sudo systemctl restart evenkeel-gpu-helper';
  if (hasUnit)
    return 'sudo systemctl enable --now evenkeel-gpu-helper; "journalctl -u evenkeel-gpu-helper" says why where it ended';
  return `install Evenkeel for root (docs/hardware.md), then: ${print}; sudo systemctl daemon-reload; sudo systemctl enable --now evenkeel-gpu-helper`;
}

function windowsRemedy(helper: HelperState): string {
  const task = '"Evenkeel GPU helper"';
  if (helper.kind === 'refused')
    return `install the same version for the helper as for the agent (docs/hardware.md), then in PowerShell as administrator: Stop-ScheduledTask -TaskName ${task}; Start-ScheduledTask -TaskName ${task}`;
  return `install Evenkeel where only administrators can write (docs/hardware.md), then in PowerShell as administrator: evenkeel gpu-helper --install --print | Out-File evenkeel-gpu-helper.xml; Register-ScheduledTask -TaskName ${task} -Xml (Get-Content evenkeel-gpu-helper.xml -Raw); Start-ScheduledTask -TaskName ${task}`;
}
