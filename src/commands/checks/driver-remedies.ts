/** What to do about a driver that cannot be reached, by NVML's code and the kind of machine. */
import { CODE } from '../../gpu/nvml/codes.js';
import type { MachineKind } from './kind-of-machine.js';

type Remedies = Readonly<Partial<Record<MachineKind, string>>> & { others: string };

const RESTART_CONTAINER =
  'run nvidia-smi on the host, mend what it tells there, then start this container again with "--gpus all"';

const INSTALL: Remedies = {
  windows: 'install the driver for this card from nvidia.com/drivers, and restart Windows',
  wsl: 'install the NVIDIA driver in Windows and none in WSL, then run "wsl --shutdown" in Windows and open WSL again',
  container:
    'install the NVIDIA Container Toolkit on the host and start the container with "--gpus all" and NVIDIA_DRIVER_CAPABILITIES=compute,utility',
  macos: 'none: NVIDIA has no driver for macOS; gpu: simulated needs none',
  others:
    'install the NVIDIA driver by the package manager of your distribution, and restart; gpu: simulated needs none',
};

const BY_CODE: Readonly<Record<number, Remedies>> = {
  4: {
    container: 'start the container with "--gpus all", and as a user who may open /dev/nvidiactl',
    windows:
      'start it once as administrator: where that helps, a policy of this machine keeps users from the card',
    others:
      'let this user open /dev/nvidiactl ("ls -l /dev/nvidia*" shows its group: sudo usermod -aG GROUP USER, then log in again)',
  },
  9: {
    windows:
      'look for the card in Device Manager: enable it, or install its driver again from nvidia.com/drivers',
    wsl: 'update the NVIDIA driver in Windows, then run "wsl --update" and "wsl --shutdown" in Windows',
    container: RESTART_CONTAINER,
    others:
      'run "sudo modprobe nvidia"; where that fails, "sudo dmesg | grep -i -e nvidia -e nvrm" says why: after a new kernel the module must be built again ("sudo dkms autoinstall"), with Secure Boot it must be signed',
  },
  [CODE.libraryNotFound]: INSTALL,
  [CODE.functionNotFound]: {
    others:
      'this is no library of a driver, but perhaps the stub of the CUDA toolkit: take its folder out of LD_LIBRARY_PATH, or unset NVML_LIBRARY',
  },
  15: {
    wsl: 'restart Windows; when it happens again, look at the power supply and its cables, and at the slot',
    container: RESTART_CONTAINER,
    windows:
      'restart the machine; when it happens again, look at the power supply and its cables, and at the slot',
    others:
      'restart the machine; "sudo dmesg | grep Xid" says what happened; when it happens again, look at the power supply and its cables, and at the slot',
  },
  17: {
    windows:
      'start it as the user who is logged on at the screen; a service of its own session may not see the card',
    wsl: 'run "wsl --shutdown" in Windows and open WSL again',
    container: 'start the container again with "--gpus all": its control group keeps it from the card',
    others:
      'what started this process keeps it from /dev/nvidia*: a unit of systemd needs "DeviceAllow=char-nvidia* rw"',
  },
  18: {
    windows: 'restart Windows: the driver was replaced',
    wsl: 'run "wsl --shutdown" in Windows and open WSL again: the driver was replaced',
    container:
      'restart the host, or load its driver anew, then start this container again: the driver was replaced',
    others:
      'restart the machine: the driver was replaced. Where nothing uses the card (no desktop): sudo rmmod nvidia_uvm nvidia_drm nvidia_modeset nvidia && sudo modprobe nvidia',
  },
  [CODE.unknown]: {
    container:
      'start this container again: "systemctl daemon-reload" on the host cuts containers from their card. It does not happen where the container was started with --device=/dev/nvidiactl --device=/dev/nvidia0 besides "--gpus all"',
    wsl: 'run "wsl --update" and "wsl --shutdown" in Windows, update the NVIDIA driver there, and open WSL again',
    windows: 'restart Windows; when it stays, install the driver again',
    others: 'restart the machine; "sudo dmesg | grep -i -e nvidia -e nvrm" says what happened',
  },
};

const SILENT: Remedies = {
  windows: 'restart Windows: the driver hangs',
  wsl: 'run "wsl --shutdown" in Windows and open WSL again: the driver hangs',
  container: RESTART_CONTAINER,
  others: 'restart the machine: the driver hangs; "sudo dmesg | grep Xid" says what happened',
};

/** The remedy for a code; null stands for a driver that does not answer. */
export function driverRemedy(code: number | null, kind: MachineKind): string {
  const remedies = code === null ? SILENT : (BY_CODE[code] ?? BY_CODE[CODE.unknown] ?? SILENT);
  return remedies[kind] ?? remedies.others;
}

/** Where koffi does not load. */
export const KOFFI_REMEDY =
  'install Evenkeel again with its optional packages ("npm install --include=optional"); without koffi cards are read by nvidia-smi, and no setting is written';
