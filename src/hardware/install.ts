/** What sets the helper up: a unit for systemd, a task for Windows. Both are printed; nothing is written. */

/** What of this installation stands in them. */
export interface Installation {
  /** Node, by its absolute path. */
  node: string;
  /** The command line's entry, by its absolute path. */
  entry: string;
  /** Who runs agents. */
  user: string;
}

/** A unit for /etc/systemd/system/evenkeel-gpu-helper.service, with what is to be done with it. */
export function systemdUnit({ node, entry, user }: Installation): string {
  return `# 1. sudo evenkeel gpu-helper --install --print --user ${quote(user)} | sudo tee /etc/systemd/system/evenkeel-gpu-helper.service
# 2. sudo systemctl daemon-reload && sudo systemctl enable --now evenkeel-gpu-helper
# Whoever can write to the two programs of ExecStart becomes root by them: both belong into folders of root
# (docs/hardware.md says how), not into a home.
[Unit]
Description=Evenkeel GPU helper: sets limits of NVIDIA cards for an agent without rights
Documentation=https://www.npmjs.com/package/evenkeel
After=nvidia-persistenced.service

[Service]
ExecStart=${quote(node)} ${quote(entry)} gpu-helper --user ${quote(user)}
# It comes back after a crash, and gives back first what it had lent.
Restart=always
RestartSec=1
# At a stop it gives back; a driver may take its time.
TimeoutStopSec=30
SuccessExitStatus=143

# Journals in /var/lib/evenkeel, the socket in /run/evenkeel, which its user must be able to pass through.
StateDirectory=evenkeel
StateDirectoryMode=0755
RuntimeDirectory=evenkeel
RuntimeDirectoryMode=0755

# SYS_ADMIN is what the driver asks of whoever sets a limit; CHOWN gives the socket (0600) to its user. No other right.
CapabilityBoundingSet=CAP_SYS_ADMIN CAP_CHOWN
NoNewPrivileges=yes
# It writes to its two folders and to no other.
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
# Of all devices it sees the driver's. The group is there once the driver is loaded.
DevicePolicy=closed
DeviceAllow=char-nvidia* rw
# It speaks over its own socket and to no network.
PrivateNetwork=yes
RestrictAddressFamilies=AF_UNIX
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
# No MemoryDenyWriteExecute: Node compiles JavaScript while it runs.

[Install]
WantedBy=multi-user.target
`;
}

/** A task for Windows' Task Scheduler that runs elevated while its user is logged on. */
export function scheduledTask({ node, entry, user }: Installation): string {
  return `<?xml version="1.0"?>
<!-- 1. Save this as evenkeel-gpu-helper.xml. 2. In PowerShell as administrator:
     Register-ScheduledTask -TaskName "Evenkeel GPU helper" -Xml (Get-Content evenkeel-gpu-helper.xml -Raw)
     Start-ScheduledTask -TaskName "Evenkeel GPU helper"
     Whoever can write to the two programs below becomes administrator by them: install Node and Evenkeel into
     folders that only administrators can write, not below AppData. -->
<Task version="1.4" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Evenkeel GPU helper: sets limits of NVIDIA cards for an agent without rights</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger><UserId>${escapeXml(user)}</UserId></LogonTrigger>
  </Triggers>
  <Principals>
    <!-- The same user as the agent's, whose state folder has the secret; elevated, as the driver asks. -->
    <Principal id="Author">
      <UserId>${escapeXml(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>HighestAvailable</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <!-- It comes back after a crash, and gives back first what it had lent. -->
    <RestartOnFailure><Interval>PT1M</Interval><Count>255</Count></RestartOnFailure>
    <Hidden>true</Hidden>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escapeXml(node)}</Command>
      <Arguments>${escapeXml(`"${entry}" gpu-helper`)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** As systemd reads words: in quotes, with `%` and `$` doubled. */
function quote(path: string): string {
  const plain = path
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return /[\s"'\\]/.test(plain) ? `"${plain}"` : plain;
}

function escapeXml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => names[character] ?? character);
}
