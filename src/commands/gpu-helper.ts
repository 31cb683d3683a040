/** `evenkeel gpu-helper`: the small process with rights. It has the setters only, and reads neither rules nor YAML. */
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import type { Command } from 'commander';
import { EvenkeelError } from '../errors.js';
import { openHelper } from '../hardware/helper.js';
import { scheduledTask, systemdUnit } from '../hardware/install.js';
import { openDesk } from '../hardware/open-desk.js';
import { openAskPeer } from '../hardware/peer.js';
import { hardwareFolder, helperAddress } from '../hardware/places.js';
import { mayWrite } from '../hardware/rights.js';
import { openStateFolder, stateFolder } from '../state-folder.js';
import type { Io } from './io.js';
import { listenForStop } from './until-stopped.js';

interface Flags {
  socket?: string;
  stateDir?: string;
  user?: string;
  install?: boolean;
  print?: boolean;
}

/** A name of useradd(8) or of a domain (`ada@example`, `EXAMPLE\ada`); nothing that a program would take for an option. */
const USER_NAME = /^[A-Za-z_][A-Za-z0-9_.@\\-]*\$?$/;

/** Adds the verb `gpu-helper`. */
export function registerGpuHelper(program: Command, io: Io): void {
  program
    .command('gpu-helper')
    .description('set limits of cards for an agent without rights, and give them back when it ends')
    .option('--socket <PATH>', 'where it listens; /run/evenkeel/gpu-helper.sock or a named pipe unless given')
    .option(
      '--state-dir <DIR>',
      'folder of journals; /var/lib/evenkeel or %ProgramData%\\evenkeel unless given',
    )
    .option('--user <NAME>', 'who may connect; whoever called sudo unless given')
    .option('--install', 'set it up as a service; only with --print')
    .option('--print', 'print what sets it up, and write nothing')
    .addHelpText('after', '\nExample:\n  sudo evenkeel gpu-helper --install --print')
    .action(async (flags: Flags) => io.exit(await helper(flags, io)));
}

async function helper(flags: Flags, io: Io): Promise<number> {
  if (flags.install === true) return install(flags, io);
  if (flags.print === true) throw new EvenkeelError('badFlag', 'expected --install beside --print');
  const env = {
    ...io.env,
    ...(flags.socket === undefined ? {} : { EVENKEEL_GPU_HELPER: flags.socket }),
    ...(flags.stateDir === undefined ? {} : { EVENKEEL_HARDWARE_DIR: flags.stateDir }),
  };
  const owner = ownerOf(flags.user ?? io.env.SUDO_USER);
  if (!(await mayWrite())) {
    const remedy = process.platform === 'win32' ? 'start it as administrator' : 'start it with sudo';
    throw new EvenkeelError('noRights', `the helper may not write to cards; ${remedy}`);
  }
  const log = (message: string): void => io.stderr(`${message}\n`);
  const { desk, name } = openDesk('gpu-helper', env);
  const address = helperAddress(process.platform, env);
  const stopper = listenForStop(io.env);
  try {
    const opened = await openHelper({
      desk,
      name,
      address,
      folder: hardwareFolder(process.platform, env),
      ...(owner === null ? {} : { owner }),
      allowedUids: new Set([process.geteuid?.() ?? 0, 0, ...(owner === null ? [] : [owner.uid])]),
      askPeer: await openAskPeer().catch(() => null),
      ...(await secretOf(env)),
      log,
    });
    log(`${name} listens on ${address}`);
    const code = await stopper.stopped;
    await opened.close();
    return code;
  } finally {
    stopper.close();
  }
}

function install({ user, print }: Flags, io: Io): number {
  if (print !== true)
    throw new EvenkeelError(
      'badFlag',
      'expected --print beside --install: this command writes nothing itself',
    );
  const installation = {
    node: process.execPath,
    entry: realpathSync(process.argv[1] ?? ''),
    user: user ?? io.env.SUDO_USER ?? userInfo().username,
  };
  if (process.platform !== 'win32') mustBeUserName(installation.user);
  io.stdout(process.platform === 'win32' ? scheduledTask(installation) : systemdUnit(installation));
  return 0;
}

/** Windows tells nobody who connects: the state folder of the person has what both sides know. */
async function secretOf(env: Io['env']): Promise<{ secret: string } | Record<string, never>> {
  if (process.platform !== 'win32') return {};
  const { token } = await openStateFolder(stateFolder(process.platform, env, homedir()));
  return { secret: token };
}

/** The user that the socket is given to; null where it stays with whoever runs this. */
function ownerOf(user: string | undefined): { uid: number; gid: number } | null {
  if (process.platform === 'win32' || user === undefined || user === '') return null;
  const id = (flag: string): number => {
    try {
      return Number(
        execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      );
    } catch (cause) {
      throw new EvenkeelError('badFlag', `expected --user to name a user of this machine, got "${user}"`, {
        cause,
      });
    }
  };
  mustBeUserName(user);
  return { uid: id('-u'), gid: id('-g') };
}

function mustBeUserName(user: string): void {
  if (!USER_NAME.test(user))
    throw new EvenkeelError('badFlag', `expected --user to name a user of this machine, got "${user}"`);
}
