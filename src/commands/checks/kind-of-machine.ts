/** What kind of machine this is, as far as it decides what a person has to do about a card. */
import { isWsl, type NvmlMachine, THIS_MACHINE } from '../../gpu/nvml/places.js';

/** Kinds whose remedies differ. */
export type MachineKind = 'linux' | 'container' | 'wsl' | 'windows' | 'macos';

/** Files that container programs leave: Docker's, then Podman's. */
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv'];

/** Systems without a kind of their own are taken for Linux, which they are most like. */
export function kindOfMachine(machine: NvmlMachine = THIS_MACHINE): MachineKind {
  const { platform, env, exists, read = () => '' } = machine;
  if (platform === 'win32') return 'windows';
  if (platform === 'darwin') return 'macos';
  // A container under WSL reaches the card as WSL does; what is set up for it is set up for the container.
  const isContainer =
    CONTAINER_FILES.some(exists) ||
    Boolean(env.container) ||
    /docker|kubepods|containerd|libpod|lxc/.test(read('/proc/1/cgroup'));
  if (isContainer) return 'container';
  return isWsl(machine) ? 'wsl' : 'linux';
}
