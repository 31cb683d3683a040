import { describe, expect, it } from 'vitest';
import { scheduledTask, systemdUnit } from '../../src/hardware/install.js';

const LINUX = { node: '/usr/bin/node', entry: '/usr/lib/node_modules/evenkeel/bin/evenkeel.js', user: 'ada' };

describe('the unit for systemd', () => {
  it('starts the helper for its user, with the one right it needs and that to give the socket away', () => {
    const unit = systemdUnit(LINUX);
    expect(unit).toContain(
      'ExecStart=/usr/bin/node /usr/lib/node_modules/evenkeel/bin/evenkeel.js gpu-helper --user ada\n',
    );
    expect(unit).toContain('CapabilityBoundingSet=CAP_SYS_ADMIN CAP_CHOWN\n');
    for (const line of [
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'DevicePolicy=closed',
      'StateDirectory=evenkeel',
    ])
      expect(unit.split('\n')).toContain(line);
  });

  it('is of sections, comments and settings alone', () => {
    const lines = systemdUnit(LINUX).split('\n');
    expect(lines.filter((line) => !/^(?:|#.*|\[\w+\]|\w+=.+)$/.test(line))).toEqual([]);
  });

  it('names a user of a domain so that systemd reads it as it is', () => {
    expect(systemdUnit({ ...LINUX, user: 'ada@example.org' })).toContain('--user ada@example.org\n');
    expect(systemdUnit({ ...LINUX, user: 'EXAMPLE\\ada' })).toContain('--user "EXAMPLE\\\\ada"\n');
  });

  it('quotes a path with spaces, and leaves systemd nothing to expand', () => {
    const unit = systemdUnit({ ...LINUX, node: '/opt/my node/100%/$x/node' });
    expect(unit).toContain('ExecStart="/opt/my node/100%%/$$x/node" /usr');
  });
});

describe('the task for Windows', () => {
  it('runs elevated as its user, without a time limit, and escapes what XML would take for its own', () => {
    const task = scheduledTask({
      node: 'C:\\Program Files\\nodejs\\node.exe',
      entry: 'C:\\R&D\\evenkeel\\bin\\evenkeel.js',
      user: 'PC\\ada',
    });
    expect(task).toContain('<Command>C:\\Program Files\\nodejs\\node.exe</Command>');
    expect(task).toContain(
      '<Arguments>&quot;C:\\R&amp;D\\evenkeel\\bin\\evenkeel.js&quot; gpu-helper</Arguments>',
    );
    expect(task).toContain('<RunLevel>HighestAvailable</RunLevel>');
    expect(task).toContain('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>');
  });

  it('is well-formed: every element is closed, no comment has two hyphens, nothing is left unescaped', () => {
    const task = scheduledTask({ node: 'C:\\<a> & "b"\\node.exe', entry: 'C:\\--\\e.js', user: 'PC\\ada' });
    const open: string[] = [];
    const pieces =
      /<\?xml [^?>]*\?>|<!--((?:(?!--)[\s\S])*)-->|<(\/?)([A-Za-z]+)((?: \w+="[^"<&]*")*)>|[^<>&]+|&(?:amp|lt|gt|quot);/y;
    for (let at = 0; at < task.length; at = pieces.lastIndex) {
      pieces.lastIndex = at;
      const piece = pieces.exec(task);
      expect(piece?.[0] ?? '', `at ${JSON.stringify(task.slice(at, at + 60))}`).not.toBe('');
      const [, , slash, element] = piece ?? [];
      if (element === undefined) continue;
      if (slash === '/') expect(open.pop()).toBe(element);
      else open.push(element);
    }
    expect(open).toEqual([]);
  });
});
